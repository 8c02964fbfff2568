using System.Security.Cryptography;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Numerics;
using Reprise.Studies.Measuring;

namespace Reprise.Studies;

/// <summary>What a study's judges are doing.</summary>
/// <param name="Run">Whose run they judge; null while they read the corpus.</param>
/// <param name="Stage">For example "reconstructions".</param>
/// <param name="Judged">Runs judged so far.</param>
/// <param name="Runs">Runs to judge, those that were judged before not counted.</param>
public sealed record JudgingProgress(StudyRun? Run, string Stage, int Judged, int Runs);

/// <summary>Judges the finished runs of a study, each once.</summary>
internal sealed class StudyJudging(Study study, Func<ComputeDevice> device, IProgress<JudgingProgress>? progress)
{
    private readonly JudgedFolder _judged = new(study.FolderPath);
    private readonly JudgeOptions _options = study.Options.Judges;

    public bool Run(CancellationToken cancellation)
    {
        (StudyRunState State, string Weights)[] waiting = [.. study.Runs
            .Where(run => run.IsFinished)
            .Select(run => (run, HashOf(Path.Combine(run.Folder, ModelFolder.WeightsName))))
            .Where(run => !IsJudged(run.run.Run.Name, run.Item2))];
        bool readsCorpus = !(_judged.ReadCorpus() is { } known && known.Corpus == study.Data.Hash && known.Options == _options);
        if (waiting.Length == 0 && !readsCorpus)
            return true;
        try
        {
            progress?.Report(new JudgingProgress(null, "the corpus", 0, waiting.Length));
            cancellation.ThrowIfCancellationRequested();
            CorpusJudge corpus = new(study.Data, _options);
            cancellation.ThrowIfCancellationRequested();
            if (readsCorpus)
                _judged.WriteCorpus(new CorpusJudgement(JudgedFolder.Version, study.Data.Hash, _options, corpus.Real()));
            for (int i = 0; i < waiting.Length; i++)
            {
                (StudyRunState state, string weights) = waiting[i];
                Judge(state, weights, corpus, stage => progress?.Report(new JudgingProgress(state.Run, stage, i, waiting.Length)), cancellation);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Judge(StudyRunState run, string weights, CorpusJudge corpus, Action<string> stage, CancellationToken cancellation)
    {
        using SentenceModel model = SentenceModel.Load(run.Folder, device());
        RunJudge judge = new(model, run.Run.Objective, corpus, study.Data, _options, stage, cancellation);
        _judged.Write(run.Run.Name, judge.Judge(weights));
    }

    private bool IsJudged(string name, string weights) =>
        _judged.Read(name) is { } found && found.Model == weights && found.Options == _options;

    private static string HashOf(string path)
    {
        using FileStream file = OutsideFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
