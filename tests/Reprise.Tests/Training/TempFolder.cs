namespace Reprise.Tests.Training;

/// <summary>A folder of a test's own, gone when the test is over.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Directory.CreateDirectory(FolderPath);

    public string FolderPath { get; } = Path.Combine(Path.GetTempPath(), $"reprise-test-{Guid.NewGuid():N}");

    public string this[string name] => Path.Combine(FolderPath, name);

    public void Dispose()
    {
        if (Directory.Exists(FolderPath))
            Directory.Delete(FolderPath, recursive: true);
    }
}
