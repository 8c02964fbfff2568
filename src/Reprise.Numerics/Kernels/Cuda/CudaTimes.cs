using System.Globalization;
using static Reprise.Numerics.Interop.CudaDriver;

namespace Reprise.Numerics.Cuda;

/// <summary>Times each launch by an event behind it, and writes a table when the back end is closed.</summary>
/// <remarks>
/// For measuring, not for training: lists are issued launch by launch, and each is waited for. The time of a launch starts at the
/// end of the one before, so it includes delays of the host. These are large at the first launches of a shape: the median is more
/// reliable than the mean.
/// </remarks>
internal sealed unsafe class CudaTimes : IDisposable
{
    /// <summary>The environment variable with the name of the file.</summary>
    public const string Variable = "REPRISE_CUDA_TIMES";

    private readonly string _path;
    private readonly nint _stream;
    private readonly List<nint> _events = []; // the first before all launches of a list
    private readonly List<string> _names = []; // of this list's launches
    private readonly Dictionary<string, List<float>> _times = new(StringComparer.Ordinal); // in µs

    private CudaTimes(string path, nint stream) => (_path, _stream) = (path, stream);

    public static CudaTimes? IfAsked(nint stream) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? new CudaTimes(path, stream) : null;

    /// <summary>Starts a list.</summary>
    public void Begin()
    {
        _names.Clear();
        Record(0);
    }

    /// <summary>Records the event behind a launch.</summary>
    public void Launched(string name)
    {
        _names.Add(name);
        Record(_names.Count);
    }

    /// <summary>Ends a list: waits for it and adds its times.</summary>
    public void End()
    {
        Check(cuStreamSynchronize(_stream));
        for (int i = 0; i < _names.Count; i++)
        {
            float milliseconds = 0;
            Check(cuEventElapsedTime(&milliseconds, _events[i], _events[i + 1]));
            if (!_times.TryGetValue(_names[i], out List<float>? times))
                _times.Add(_names[i], times = []);
            times.Add(1000 * milliseconds);
        }
    }

    /// <summary>Writes the table, the longest total time first.</summary>
    public void Dispose()
    {
        foreach (nint happening in _events)
            _ = cuEventDestroy(happening);
        List<(float Order, string Row)> rows = [];
        foreach ((string name, List<float> times) in _times)
        {
            times.Sort();
            (int count, float median) = (times.Count, times[times.Count / 2]);
            FormattableString row = $"{count}\t{median:F2}\t{count * median:F1}\t{times.Average():F2}\t{name}";
            rows.Add((count * median, row.ToString(CultureInfo.InvariantCulture)));
        }

        const string Head = "launches\tmedian, us\tlaunches x median, us\tmean, us\twhat";
        File.WriteAllLines(_path, rows.OrderByDescending(row => row.Order).Select(row => row.Row).Prepend(Head));
    }

    private void Record(int index)
    {
        if (index == _events.Count)
        {
            nint happening = 0;
            Check(cuEventCreate(&happening, WithTiming));
            _events.Add(happening);
        }

        Check(cuEventRecord(_events[index], _stream));
    }
}
