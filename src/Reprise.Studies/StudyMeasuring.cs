using System.Security.Cryptography;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Numerics;
using Reprise.Studies.Measuring;

namespace Reprise.Studies;

/// <summary>The progress of measuring a study.</summary>
/// <param name="Run">The run being measured; null for the corpus.</param>
/// <param name="Stage">The stage, for example "reconstructions".</param>
/// <param name="Measured">Runs measured so far.</param>
/// <param name="Runs">Runs to measure, without those measured before.</param>
public sealed record MeasuringProgress(StudyRun? Run, string Stage, int Measured, int Runs);

/// <summary>Measures the finished runs of a study, each once.</summary>
internal sealed class StudyMeasuring(Study study, Func<ComputeDevice> device, IProgress<MeasuringProgress>? progress)
{
    private readonly MeasuredFolder _measured = new(study.FolderPath);
    private readonly MeasuringOptions _options = study.Options.Measuring;

    public bool Run(CancellationToken cancellation)
    {
        (StudyRunState State, string Weights)[] waiting = [.. study.Runs
            .Where(run => run.IsFinished)
            .Select(run => (run, HashOf(Path.Combine(run.Folder, ModelFolder.WeightsName))))
            .Where(run => !IsMeasured(run.run.Run.Name, run.Item2))];
        bool readsCorpus = !(_measured.ReadCorpus() is { } known && known.Corpus == study.Data.Hash && known.Options == _options);
        if (waiting.Length == 0 && !readsCorpus)
            return true;
        try
        {
            progress?.Report(new MeasuringProgress(null, "the corpus", 0, waiting.Length));
            cancellation.ThrowIfCancellationRequested();
            CorpusMetrics corpus = new(study.Data, _options);
            cancellation.ThrowIfCancellationRequested();
            if (readsCorpus)
                _measured.WriteCorpus(new CorpusScores(MeasuredFolder.Version, study.Data.Hash, _options, corpus.Real()));
            for (int i = 0; i < waiting.Length; i++)
            {
                (StudyRunState state, string weights) = waiting[i];
                Measure(state, weights, corpus, stage => progress?.Report(new MeasuringProgress(state.Run, stage, i, waiting.Length)),
                    cancellation);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Measure(StudyRunState run, string weights, CorpusMetrics corpus, Action<string> stage, CancellationToken cancellation)
    {
        using SentenceModel model = SentenceModel.Load(run.Folder, device());
        double m = RunFolder.ReadProgress(run.Folder)?.Control?.M ?? run.Run.Objective.M;
        RunMeasurement measurement = new(model, m, corpus, study.Data, _options, stage, cancellation);
        _measured.Write(run.Run.Name, measurement.Measure(weights));
    }

    private bool IsMeasured(string name, string weights) =>
        _measured.Read(name) is { } found && found.Model == weights && found.Options == _options;

    private static string HashOf(string path)
    {
        using FileStream file = OutsideFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
