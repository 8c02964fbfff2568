using Reprise.Training;

namespace Reprise.Studies;

/// <summary>The state of a run of a study.</summary>
/// <param name="Folder">The run's folder, which may not exist yet.</param>
/// <param name="Step">Steps of its last checkpoint.</param>
/// <param name="IsFinished">True if these are all.</param>
public sealed record StudyRunState(StudyRun Run, string Folder, long Step, bool IsFinished);

/// <summary>The progress of a study's training, with each report of a run.</summary>
/// <param name="Run">The run that reports.</param>
/// <param name="Report">The run's report.</param>
/// <param name="Step">Steps finished, of all runs together.</param>
/// <param name="TotalSteps">Steps of all runs together.</param>
/// <param name="TimeLeft">Estimated time until all runs end; null before there is an estimate.</param>
public sealed record StudyProgress(StudyRun Run, TrainingReport Report, long Step, long TotalSteps, TimeSpan? TimeLeft);
