using System.Numerics;
using System.Runtime.InteropServices;
using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Inference;

/// <summary>
/// The decoder word by word, for many rows at once, each the beginning of a sentence. From step to step rows may be dropped, copied or
/// reordered, so that a search can follow its best hypotheses.
/// </summary>
/// <remarks>
/// Between two steps only the state lives, in memory of its own; the model's workspace is reset at every step, so memory
/// does not grow with the number of steps.
/// </remarks>
internal sealed class IncrementalDecoder<T>(SentenceAutoencoder<T> model) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Workspace<T> _state = new(model.Kernels), _latent = new(model.Kernels);
    private readonly List<int> _codes = []; // the code of each row
    private Tensor<T> _h_RH, _c_RH, _latentGates_S4H, _latentFeatures_SF;

    /// <summary>The first step, a row for each code.</summary>
    /// <param name="z_SZ">The codes; may lie in the model's workspace, since they are read before it is reset.</param>
    /// <returns>Features [S, F] of the first word; valid until the next step.</returns>
    public Tensor<T> Start(Tensor<T> z_SZ)
    {
        DecoderState<T> start = model.Decoder.Start(z_SZ);
        Tensor<T> x_SE = model.Decoder.FirstInputs(z_SZ);
        _codes.Clear();
        _codes.AddRange(Enumerable.Range(0, z_SZ.Rows));
        _latent.Reset();
        _latentGates_S4H = Kept(start.LatentGates_B4H);
        _latentFeatures_SF = Kept(start.LatentFeatures_BF);

        return Step(start, x_SE);
    }

    /// <summary>
    /// The next step: row r goes on from row <paramref name="parents"/>[r] of the step before with the word <paramref name="words"/>[r].
    /// </summary>
    /// <returns>Features [R, F] of the next word; valid until the next step.</returns>
    public Tensor<T> Advance(ReadOnlySpan<int> parents, ReadOnlySpan<int> words)
    {
        int[] codes = new int[parents.Length];
        for (int r = 0; r < codes.Length; r++)
            codes[r] = _codes[parents[r]];
        _codes.Clear();
        _codes.AddRange(codes);

        model.Workspace.Reset();
        DecoderState<T> state = new(
            Gather(_h_RH, parents),
            Gather(_c_RH, parents),
            Gather(_latentGates_S4H, codes),
            Gather(_latentFeatures_SF, codes));
        return Step(state, model.Decoder.Inputs(words));
    }

    public void Dispose()
    {
        _state.Dispose();
        _latent.Dispose();
    }

    private Tensor<T> Step(DecoderState<T> state, Tensor<T> x_RE)
    {
        _state.Reset();
        _h_RH = _state.Take(x_RE.Rows, model.Options.StateSize);
        _c_RH = _state.Take(x_RE.Rows, model.Options.StateSize);
        return model.Decoder.Step(new DecoderState<T>(_h_RH, _c_RH, default), state, x_RE);
    }

    // A copy of a share of the codes, in memory that lives through the search; absent where it is.
    private Tensor<T> Kept(Tensor<T> share_SC)
    {
        if (share_SC.IsAbsent)
            return default;
        Tensor<T> kept_SC = _latent.Take(share_SC.Rows, share_SC.Columns);
        model.Kernels.Gather(kept_SC, share_SC, CollectionsMarshal.AsSpan(_codes));
        return kept_SC;
    }

    private Tensor<T> Gather(Tensor<T> table, ReadOnlySpan<int> rows)
    {
        if (table.IsAbsent)
            return default;
        Tensor<T> gathered = model.Workspace.Take(rows.Length, table.Columns);
        model.Kernels.Gather(gathered, table, rows);
        return gathered;
    }
}
