namespace Reprise.Text.Preparation;

/// <summary>The work of one thread of an <see cref="OrderedPipeline"/>. <see cref="Process"/> touches nothing that is shared.</summary>
internal abstract class PipelineWorker
{
    /// <summary>Sentences of this worker so far.</summary>
    public long Sentences { get; protected set; }

    /// <summary>Bytes of the input files that are read once the taken chunk is done.</summary>
    public long Position { get; protected set; }

    /// <summary>Takes the next chunk. Called by one thread at a time.</summary>
    /// <returns>False if none is left.</returns>
    public abstract bool Take();

    /// <summary>Works on the chunk. Runs beside other workers.</summary>
    public abstract void Process();

    /// <summary>Hands over the chunk's results. Called in the order of the chunks, by one thread at a time.</summary>
    public abstract void Commit();
}
