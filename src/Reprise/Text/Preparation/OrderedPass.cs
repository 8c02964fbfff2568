namespace Reprise.Text.Preparation;

/// <summary>
/// Runs workers over all chunks of text: they take chunks in order under one lock, process them side by side, and commit
/// them in order. So what is committed, and which error comes first, does not depend on the number of threads.
/// </summary>
internal sealed class OrderedPass(Action<long> progress)
{
    private readonly Lock _reading = new();
    private readonly object _committing = new();
    private long _taken;
    private bool _ended;
    private long _committed;
    private Exception? _failure;

    /// <summary>Works until no chunk is left.</summary>
    /// <exception cref="InputException">The first chunk that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before that.</exception>
    public void Run(IReadOnlyList<PassWorker> workers, CancellationToken cancellation)
    {
        Thread[] threads = workers.Skip(1).Select(w => new Thread(() => Work(w, cancellation)) { IsBackground = true, Name = "prepare" }).ToArray();
        foreach (Thread thread in threads)
            thread.Start();
        Work(workers[0], cancellation);
        foreach (Thread thread in threads)
            thread.Join();
        if (_failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    private void Work(PassWorker worker, CancellationToken cancellation)
    {
        while (true)
        {
            Exception? failure = null;
            long number;
            lock (_reading)
            {
                if (_ended)
                    return;
                number = _taken++;
                try
                {
                    cancellation.ThrowIfCancellationRequested();
                    _ended = !worker.Take();
                    if (_ended)
                        return;
                    progress(worker.Position);
                }
                catch (Exception e)
                {
                    failure = e; // told when it is this chunk's turn
                    _ended = true;
                }
            }

            try
            {
                if (failure is null)
                    worker.Process();
            }
            catch (Exception e)
            {
                failure = e;
            }

            if (!Commit(worker, number, failure))
                return;
        }
    }

    private bool Commit(PassWorker worker, long number, Exception? failure)
    {
        lock (_committing)
        {
            while (_committed != number && _failure is null)
                Monitor.Wait(_committing);
            if (_failure is not null)
                return false;
            try
            {
                if (failure is null)
                    worker.Commit();
            }
            catch (Exception e)
            {
                failure = e;
            }

            _failure = failure;
            _committed++;
            Monitor.PulseAll(_committing);
        }

        if (failure is null)
            return true;
        lock (_reading)
            _ended = true;
        return false;
    }
}
