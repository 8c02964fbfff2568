namespace Reprise.Text.Preparation;

/// <summary>What one thread does with a piece of work. It shares nothing between <see cref="Take"/> and <see cref="Commit"/>.</summary>
internal abstract class PassWorker
{
    /// <summary>Sentences of this worker so far.</summary>
    public long Sentences { get; protected set; }

    /// <summary>How far the input is read with the piece that was taken, in bytes of its files.</summary>
    public long Position { get; protected set; }

    /// <summary>Takes the next piece. Called by one thread at a time.</summary>
    /// <returns>False if none is left.</returns>
    public abstract bool Take();

    /// <summary>Works on the piece. Runs beside other workers.</summary>
    public abstract void Process();

    /// <summary>Hands over what the piece gave. Called in the order of the pieces, never twice at a time.</summary>
    public abstract void Commit();
}
