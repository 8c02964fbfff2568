using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>
/// The order of updates of He et al. 2019, algorithm 1. Before each update of the decoder, the encoder alone is updated on random
/// batches until the mean loss of ten updates is no lower than that of the ten before, at most a hundred times. From the first epoch on
/// over which the mutual information of sentences and their codes has not risen, both are updated together. The sentences are those of
/// the validation part, or, where there is none, of the training part.
/// </summary>
/// <remarks>
/// The encoder's parameters are its LSTM, the posterior and untied embeddings. Each part has its own count of Adam's updates. The loss
/// is that of a word, because batches differ in length.
/// </remarks>
internal sealed class AggressiveEncoder : IUpdateOrder
{
    private const int MostUpdates = 100, Window = 10;
    private const int SentencesMeasured = 500;
    private const long FirstKey = 1L << 47; // keys batches, noise and dropped words of these updates; other steps stay below

    private readonly TrainingStep _trainer;
    private readonly ISentences _sentences;
    private readonly SentenceOrder _order;
    private readonly HeldOutSample _measured;
    private readonly ulong _seed;
    private bool _isOver;
    private long _updates;
    private double? _information;

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
        ISentences measured = data.HasValidation ? data.Validation! : data.Train;
        _measured = new HeldOutSample(
            trainer.Model.Kernels, measured, SentencesMeasured, options.BatchSize, model.LatentSize, options.Seed);
        state ??= new AggressiveProgress();
        (_isOver, _updates, _information) = (state.IsOver, state.EncoderUpdates, state.MutualInformation);
    }

    /// <inheritdoc/>
    public bool FailsWhole => false;

    /// <inheritdoc/>
    public AggressiveProgress State => new() { IsOver = _isOver, EncoderUpdates = _updates, MutualInformation = _information };

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
        double information = _measured.MeasureInformation(_trainer.Model);
        _isOver = !(information > (_information ?? double.NegativeInfinity));
        _information = information;
    }

    public void Dispose() => _measured.Dispose();

    StepResult? IUpdateOrder.Run(long epoch, long position, long step) => Run(epoch, position, step);

    AggressiveProgress? IUpdateOrder.State => State;

    private StepResult Update(ReadOnlySpan<long> batch, long step, long key, bool encoder, long decoderUpdates)
    {
        if (encoder)
            _updates++;
        return _trainer.RunAndWait(_sentences, batch, step, key, new Updates(encoder ? _updates : 0, decoderUpdates));
    }
}
