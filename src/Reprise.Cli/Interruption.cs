using System.Runtime.InteropServices;

namespace Reprise.Cli;

/// <summary>
/// The signals of Ctrl-C, of a request to terminate and of a closed terminal. The first one cancels <see cref="Token"/>, so that
/// the work can finish its step and save. The second one ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    private Interruption()
    {
    }

    public CancellationToken Token => _source.Token;

    public static Interruption OfProcess()
    {
        Interruption interruption = new();
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, interruption.Receive));
        return interruption;
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
            Environment.Exit(ExitCode.Interrupted);
        _source.Cancel();
    }
}
