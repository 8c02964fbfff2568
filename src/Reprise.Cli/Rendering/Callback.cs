namespace Reprise.Cli.Rendering;

/// <summary>Progress that is reported at once and in order; <see cref="Progress{T}"/> would post it.</summary>
internal sealed class Callback<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
