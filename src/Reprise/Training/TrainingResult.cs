namespace Reprise.Training;

/// <summary>Whether a new run is made or an old one continued.</summary>
public enum RunMode
{
    /// <summary>A new run; a run that is there already, or anything of one, is refused.</summary>
    New,

    /// <summary>The run that is there goes on from its last checkpoint, bit for bit as if it had never stopped.</summary>
    Resume,

    /// <summary>A new run in the place of one that is there, which is deleted.</summary>
    Overwrite,
}

/// <summary>How training ended; the state was saved.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Interrupted">Whether it was cancelled before its end; it can be resumed.</param>
/// <param name="Step">Steps finished.</param>
/// <param name="Seconds">Seconds of training, resumed parts included.</param>
/// <param name="Test">The last evaluation of held-out sentences; null without any in this session.</param>
public sealed record TrainingResult(string Folder, bool Interrupted, long Step, double Seconds, TrainingReport? Test);
