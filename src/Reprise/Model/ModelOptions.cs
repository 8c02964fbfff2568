namespace Reprise.Model;

/// <summary>The sizes and variations that make a model; saved as <c>"model"</c> in <c>config.json</c>.</summary>
public sealed record ModelOptions
{
    /// <summary>V: words of the softmax, the three special ones included; 4 to 2²⁴.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>E: elements of a word's embedding; 1 to 65536.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>H: hidden units of encoder and decoder LSTM; 1 to 65536.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Z: dimensions of the code; 1 to 65536, or 0 for a language model without one.</summary>
    public required int LatentSize { get; init; }

    /// <summary>One table for encoder, decoder and softmax (with a projection H → E before it), or separate ones.</summary>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>Layers of the encoder's LSTM; 1 to 8.</summary>
    public int EncoderLayers { get; init; } = 1;

    /// <summary>True for an encoder that reads each sentence from both ends, with weights for each direction.</summary>
    public bool BidirectionalEncoder { get; init; }

    /// <summary>The way from the encoder's states to one vector of a sentence.</summary>
    public EncoderPooling EncoderPooling { get; init; }

    /// <summary>tanh layers of H units between that vector and the posterior's heads; 0 to 64. The paper: 2.</summary>
    public int PosteriorLayers { get; init; }

    /// <summary>
    /// γ: the deviation that the means of the posterior have over a batch, in every dimension, around a learned shift β
    /// (Zhu et al. 2020); 0 for means that are not normalised. At least 0; default 0, theirs 0.5 to 0.7.
    /// </summary>
    /// <remarks>
    /// kl cannot vanish: its mean over a training batch is at least ½ Σ_k (γ² v_k / (v_k + ε) + β_k²), what the means cost, with v_k
    /// the variance of dimension k before normalisation and ε = 1e-10; so about Z γ² / 2 or more where the variances are far above ε.
    /// Outside training, running averages take the place of the batch's mean and variance, and also for a training batch of one
    /// sentence. A run needs batches of two or more.
    /// </remarks>
    public double MeanNormalization { get; init; }

    /// <summary>Layers of the decoder's LSTM; 1 to 8. The code enters the state of each, and the input of the first.</summary>
    public int DecoderLayers { get; init; } = 1;

    /// <summary>The entry of z into the decoder.</summary>
    public LatentInput LatentInput { get; init; } = LatentInput.EveryStep;

    /// <summary>True with a code: an encoder, and a decoder that reads it.</summary>
    internal bool HasCode => LatentInput != LatentInput.None;

    /// <summary>Elements of the decoder's hidden state, all layers together; those of its cell state are as many.</summary>
    internal int StateSize => DecoderLayers * HiddenSize;

    /// <summary>Directions in which the encoder reads.</summary>
    internal int Directions => BidirectionalEncoder ? 2 : 1;

    /// <summary>The encoder in words, for example "both directions, maxima over its states".</summary>
    internal string EncoderText
    {
        get
        {
            string layers = EncoderLayers == 1 ? "" : $"{EncoderLayers} layers, ";
            string states = EncoderPooling switch
            {
                EncoderPooling.Max => "maxima over its states",
                EncoderPooling.Mean => "mean over its states",
                _ => "its last state",
            };
            string norm = MeanNormalization > 0 ? FormattableString.Invariant($", batch-normalised means ({MeanNormalization})") : "";
            return $"{layers}{(BidirectionalEncoder ? "both directions" : "one direction")}, {states}{norm}";
        }
    }

    /// <summary>The same sizes without a code: a language model.</summary>
    public ModelOptions WithoutCode() => this with
    {
        LatentInput = LatentInput.None,
        LatentSize = 0,
        PosteriorLayers = 0,
        EncoderLayers = 1,
        BidirectionalEncoder = false,
        EncoderPooling = EncoderPooling.Last,
        MeanNormalization = 0,
    };

    /// <summary>Every problem of these options, a sentence each; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        if (VocabularySize is < 4 or > 1 << 24)
            yield return $"vocabularySize is {VocabularySize}; expected 4 to {1 << 24}";
        if (EmbeddingSize is < 1 or > 65536)
            yield return $"embeddingSize is {EmbeddingSize}; expected 1 to 65536";
        if (HiddenSize is < 1 or > 65536)
            yield return $"hiddenSize is {HiddenSize}; expected 1 to 65536";
        if (HasCode && LatentSize is < 1 or > 65536)
            yield return $"latentSize is {LatentSize}; expected 1 to 65536";
        if (!HasCode && LatentSize != 0)
            yield return $"latentSize is {LatentSize}; expected 0, because latentInput is none";
        if (!HasCode && PosteriorLayers != 0)
            yield return $"posteriorLayers is {PosteriorLayers}; expected 0, because latentInput is none";
        if (PosteriorLayers is < 0 or > 64)
            yield return $"posteriorLayers is {PosteriorLayers}; expected 0 to 64";
        if (EncoderLayers is < 1 or > 8)
            yield return $"encoderLayers is {EncoderLayers}; expected 1 to 8";
        if (DecoderLayers is < 1 or > 8)
            yield return $"decoderLayers is {DecoderLayers}; expected 1 to 8";
        if (!Enum.IsDefined(EncoderPooling))
            yield return $"encoderPooling is {EncoderPooling}; expected last, max or mean";
        if (!HasCode && (EncoderLayers != 1 || BidirectionalEncoder || EncoderPooling != EncoderPooling.Last))
            yield return "encoderLayers, bidirectionalEncoder and encoderPooling need an encoder, and latentInput is none";
        if (!(MeanNormalization >= 0 && double.IsFinite(MeanNormalization)))
            yield return FormattableString.Invariant($"meanNormalization is {MeanNormalization}; expected at least 0, 0.6 for example");
        if (!HasCode && MeanNormalization != 0)
            yield return FormattableString.Invariant($"meanNormalization is {MeanNormalization}; expected 0, because latentInput is none");
        if (!Enum.IsDefined(LatentInput))
            yield return $"latentInput is {LatentInput}; expected firstToken, initialState, everyStep, everyStepAndSoftmax or none";
        long softmax = (long)VocabularySize * Math.Max(EmbeddingSize, HiddenSize);
        long gates = 4L * HiddenSize * Math.Max(HiddenSize + EmbeddingSize + LatentSize, Directions * HiddenSize);
        if (softmax > int.MaxValue || gates > int.MaxValue)
            yield return "a weight matrix has more than 2147483647 elements; choose smaller sizes";
    }

    /// <summary>Throws one exception that names every problem.</summary>
    /// <exception cref="InputException">There is a problem.</exception>
    public void Validate()
    {
        string problems = string.Join("; ", Problems());
        if (problems.Length > 0)
            throw new InputException($"model options: {problems}");
    }
}
