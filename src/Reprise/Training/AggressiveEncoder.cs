using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>
/// The order of updates of He et al. 2019, algorithm 1. Before each update of the decoder, the encoder alone is updated on random
/// batches until the mean loss of ten updates is no lower than that of the ten before, at most a hundred times. From the first epoch on
/// over which the mutual information of held-out sentences and their codes has not risen, both are updated together.
/// </summary>
/// <remarks>
/// The encoder's parameters are its LSTM, the posterior and untied embeddings. Each part has its own count of Adam's updates. The loss
/// is that of a word, because batches differ in length.
/// </remarks>
internal sealed class AggressiveEncoder : IUpdateOrder
{
    private const int MostUpdates = 100, Window = 10;
    private const int HeldOutSentences = 500;
    private const long FirstKey = 1L << 47; // keys batches, noise and dropped words of these updates; other steps stay below

    private readonly TrainingStep _trainer;
    private readonly ISentences _sentences;
    private readonly SentenceOrder _order;
    private readonly HeldOutSample _heldOut;
    private readonly ulong _seed;
    private bool _isOver;
    private long _updates;
    private double? _information;

    /// <param name="data">Data with held-out sentences (<see cref="CheckHeldOut"/>).</param>
    public AggressiveEncoder(
        TrainingData data,
        ModelOptions model,
        TrainingOptions options,
        TrainingStep trainer,
        SentenceOrder order,
        AggressiveProgress? state)
    {
        _trainer = trainer;
        _sentences = data.Train;
        _order = order;
        _seed = options.Seed;
        _heldOut = new HeldOutSample(
            trainer.Model.Kernels, data.Watched!, HeldOutSentences, options.BatchSize, model.LatentSize, options.Seed);
        state ??= new AggressiveProgress();
        (_isOver, _updates, _information) = (state.IsOver, state.EncoderUpdates, state.MutualInformation);
    }

    /// <inheritdoc/>
    public bool FailsWhole => false;

    /// <inheritdoc/>
    public AggressiveProgress State => new() { IsOver = _isOver, EncoderUpdates = _updates, MutualInformation = _information };

    /// <summary>Refuses data without held-out sentences, before a run's folder is touched.</summary>
    /// <exception cref="InputException">There are none.</exception>
    public static void CheckHeldOut(TrainingData data)
    {
        if (data.Watched is not null)
            return;
        const string found = "an aggressive encoder ends its first phase by held-out sentences, and the corpus has none";
        throw new InputException($"{found}; prepare it with --test 0.1, for example");
    }

    /// <summary>Runs the encoder's own updates, then the step; returns the step's result, or the first that is not finite.</summary>
    public StepResult Run(long epoch, long position, long step)
    {
        if (_isOver)
            return Update(_order.Batch(epoch, position), step, step, encoder: true, step + 1);

        (double before, double sum, long tokens) = (double.PositiveInfinity, 0, 0);
        for (int i = 1; i <= MostUpdates; i++)
        {
            long key = FirstKey + (step * MostUpdates) + i - 1;
            long random = (long)(Philox.Word(_seed, RandomUse.Order, key, 0) % (ulong)_order.BatchesPerEpoch);
            StepResult result = Update(_order.Batch(epoch, random), step, key, encoder: true, decoderUpdates: 0);
            if (!result.IsFinite)
                return result;
            (sum, tokens) = (sum + result.Objective, tokens + result.Tokens);
            if (i % Window != 0)
                continue;
            double mean = sum / tokens;
            if (mean >= before)
                break;
            (before, sum, tokens) = (mean, 0, 0);
        }

        return Update(_order.Batch(epoch, position), step, step, encoder: false, step + 1);
    }

    /// <summary>Ends the encoder's own updates if the epoch did not raise the mutual information.</summary>
    public void EndEpoch()
    {
        if (_isOver)
            return;
        double information = _heldOut.MeasureInformation(_trainer.Model);
        _isOver = !(information > (_information ?? double.NegativeInfinity));
        _information = information;
    }

    public void Dispose() => _heldOut.Dispose();

    StepResult? IUpdateOrder.Run(long epoch, long position, long step) => Run(epoch, position, step);

    AggressiveProgress? IUpdateOrder.State => State;

    private StepResult Update(ReadOnlySpan<long> batch, long step, long key, bool encoder, long decoderUpdates)
    {
        if (encoder)
            _updates++;
        return _trainer.RunAndWait(_sentences, batch, step, key, new Updates(encoder ? _updates : 0, decoderUpdates));
    }
}
