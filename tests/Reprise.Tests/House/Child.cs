using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Reprise.Tests.House;

/// <summary>
/// A program that a test starts. No wait for it is without a limit: when its time is over, it is killed with all that it started, and
/// the test fails with its output.
/// </summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly string _command;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly StringBuilder _output = new(), _errors = new();
    private readonly BlockingCollection<string> _errorLines = [];
    private readonly CountdownEvent _open;

    /// <param name="readsOutput">Whether standard output is read; it is closed at once otherwise, as by a reader that goes away.</param>
    public Child(ProcessStartInfo start, bool readsOutput = true)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _command = $"{start.FileName} {string.Join(' ', start.ArgumentList)}";
        _open = new CountdownEvent(readsOutput ? 2 : 1);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data, isError: true);
        _process.BeginErrorReadLine();
        if (!readsOutput)
        {
            _process.StandardOutput.Close();
            return;
        }

        _process.OutputDataReceived += (_, line) => Add(_output, line.Data, isError: false);
        _process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Its standard input, where that was redirected.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    public bool HasExited => _process.HasExited;

    private TimeSpan Left => Patience - Stopwatch.GetElapsedTime(_started) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>Runs a program to its end.</summary>
    public static (int Code, string Output, string Errors) Run(ProcessStartInfo start)
    {
        using Child child = new(start);
        return child.End();
    }

    /// <summary>The next line of standard error; the test fails where there is none.</summary>
    public string NextErrorLine()
    {
        if (_errorLines.TryTake(out string? line, Left))
            return line;
        throw Failed(_errorLines.IsCompleted ? "ended too early" : "has no more lines");
    }

    /// <summary>Waits for the end.</summary>
    public (int Code, string Output, string Errors) End()
    {
        if (!_process.WaitForExit(Left))
            throw Failed("still running");
        if (!_open.Wait(Left))
            throw Failed("ended, but something that it started did not");
        return (_process.ExitCode, Text(_output), Text(_errors));
    }

    /// <summary>Kills it, as the system does.</summary>
    /// <returns>Its exit code: 0 if it had ended well before.</returns>
    public int Kill()
    {
        _process.Kill();
        return End().Code;
    }

    /// <summary>Fails the test where a wait has taken too long.</summary>
    public void CheckTime()
    {
        if (Left == TimeSpan.Zero)
            throw Failed("still not there");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private UnreachableException Failed(string why)
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        Assert.Fail($"{_command}: {why} after {Stopwatch.GetElapsedTime(_started)}\n{Text(_output)}{Text(_errors)}");
        return new UnreachableException();
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    private void Add(StringBuilder buffer, string? line, bool isError)
    {
        if (line is null) // the end
        {
            if (isError)
                _errorLines.CompleteAdding();
            _open.Signal();
            return;
        }

        lock (buffer)
            buffer.AppendLine(line);
        if (isError)
            _errorLines.Add(line);
    }
}
