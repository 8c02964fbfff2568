namespace Reprise.Cli.Rendering;

/// <summary>Progress that is told at once and in order, where <see cref="Progress{T}"/> would post it.</summary>
internal sealed class Callback<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
