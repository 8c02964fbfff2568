using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Reprise.Numerics;

/// <summary>
/// A fixed team of threads that executes one job at a time; the caller is worker 0. <see cref="Run"/> returns when every worker is
/// done, so two runs in a row are a barrier. A run allocates nothing.
/// </summary>
/// <remarks>
/// Idle workers spin for two milliseconds, because the next job of a training step follows within microseconds, and then park, so
/// that a waiting team takes no processor time. A spinning worker also yields: on a processor that another worker needs, it lets
/// that one run, and the system moves it to a free processor. Workers that park at once were seen to take turns on one of two
/// processors for seconds. Where there are more workers than processors, no worker spins.
/// </remarks>
internal sealed unsafe class ThreadTeam : IDisposable
{
    private static readonly long SpinTicks = Stopwatch.Frequency / 500; // 2 milliseconds

    private readonly Thread[] _threads;
    private readonly object _startGate = new();
    private readonly object _doneGate = new();
    private readonly long _spinTicks;
    private delegate*<void*, int, int, void> _execute;
    private void* _job;
    private Exception? _failure;
    private int _generation; // of the job that is running or was run last
    private int _parked;     // workers that wait for a pulse of the start gate
    private int _pending;    // workers that have not finished the job
    private int _callerParked;
    private bool _stopping;

    /// <summary>Starts a team of <paramref name="count"/> workers, the caller included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public ThreadTeam(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _spinTicks = count <= Environment.ProcessorCount ? SpinTicks : 0;
        _threads = new Thread[count - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"reprise {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>The number of workers, the caller included.</summary>
    public int Count { get; }

    /// <summary>The number of workers that are parked.</summary>
    public int Parked => Volatile.Read(ref _parked);

    /// <summary>The number of threads that have not ended.</summary>
    public int Alive => _threads.Count(thread => thread.IsAlive);

    /// <summary>Executes the job once on every worker and waits for all. The first exception of any worker is thrown here.</summary>
    /// <param name="job">A local variable of the caller, whose address on the stack the workers use.</param>
    public void Run<TJob>(ref TJob job)
        where TJob : struct, ITeamJob
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (Count == 1)
        {
            job.Execute(0, 1);
            return;
        }

        _job = Unsafe.AsPointer(ref job);
        _execute = &Execute<TJob>;
        Start();
        try
        {
            job.Execute(0, Count);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }

        WaitUntilDone();
        if (_failure is Exception failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        Start();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private static void Execute<TJob>(void* job, int worker, int workers)
        where TJob : struct, ITeamJob => Unsafe.AsRef<TJob>(job).Execute(worker, workers);

    private void Start()
    {
        _pending = _threads.Length;
        Interlocked.Increment(ref _generation);
        if (Volatile.Read(ref _parked) == 0)
            return;
        lock (_startGate)
            Monitor.PulseAll(_startGate);
    }

    private void Work(int worker)
    {
        for (int seen = 0; ; seen++)
        {
            WaitForNext(seen);
            if (_stopping)
                return;
            try
            {
                _execute(_job, worker, Count);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }

            if (Interlocked.Decrement(ref _pending) == 0 && Volatile.Read(ref _callerParked) != 0)
            {
                lock (_doneGate)
                    Monitor.Pulse(_doneGate);
            }
        }
    }

    private void WaitForNext(int seen)
    {
        if (SpinWhileEqual(ref _generation, seen))
            return;
        lock (_startGate)
        {
            Interlocked.Increment(ref _parked); // a full fence: either we see the new job or its starter sees us
            while (Volatile.Read(ref _generation) == seen)
                Monitor.Wait(_startGate);
            Interlocked.Decrement(ref _parked);
        }
    }

    private void WaitUntilDone()
    {
        int pending;
        while ((pending = Volatile.Read(ref _pending)) != 0)
        {
            if (SpinWhileEqual(ref _pending, pending))
                continue;
            lock (_doneGate)
            {
                Interlocked.Exchange(ref _callerParked, 1);
                while (Volatile.Read(ref _pending) != 0)
                    Monitor.Wait(_doneGate);
                _callerParked = 0;
            }
        }
    }

    // Returns true once the value differs, false if it stays equal for the spin time.
    private bool SpinWhileEqual(ref int location, int value)
    {
        long until = Stopwatch.GetTimestamp() + _spinTicks;
        do
        {
            for (int i = 0; i < 256; i++)
            {
                if (Volatile.Read(ref location) != value)
                    return true;
                Thread.SpinWait(1);
            }

            Thread.Yield();
        }
        while (Stopwatch.GetTimestamp() < until);
        return false;
    }
}
