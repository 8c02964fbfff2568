using System.Runtime.ExceptionServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// Runs one worker a thread over all chunks: a worker takes a chunk, one at a time and in order; processes it, beside the others; and
/// commits it, in order again. The result, and the first error, are therefore the same for any number of threads.
/// </summary>
/// <param name="progress">Told after each chunk that was taken how far the input is read, in bytes.</param>
internal sealed class OrderedPipeline(Action<long> progress)
{
    private readonly Lock _taking = new();
    private readonly object _committing = new();
    private long _taken;
    private bool _ended;
    private long _committed;
    private Exception? _failure;

    /// <summary>Works until no chunk is left.</summary>
    /// <exception cref="InputException">The first chunk that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before that.</exception>
    public void Run(IReadOnlyList<PipelineWorker> workers, CancellationToken cancellation)
    {
        Thread[] threads = [.. workers.Skip(1).Select(NewThread)];
        foreach (Thread thread in threads)
            thread.Start();
        Work(workers[0], cancellation);
        foreach (Thread thread in threads)
            thread.Join();
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);

        Thread NewThread(PipelineWorker worker) => new(() => Work(worker, cancellation)) { IsBackground = true, Name = "prepare" };
    }

    private void Work(PipelineWorker worker, CancellationToken cancellation)
    {
        while (true)
        {
            Exception? failure = null;
            long number;
            lock (_taking)
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
                    failure = e; // thrown when it is this chunk's turn
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

    private bool Commit(PipelineWorker worker, long number, Exception? failure)
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
        lock (_taking)
            _ended = true;
        return false;
    }
}
