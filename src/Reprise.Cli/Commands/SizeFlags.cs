using System.CommandLine;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The flags of the model and its batch: a preset, and a flag for every size.</summary>
internal sealed class SizeFlags
{
    private readonly Preset _default;
    private readonly Option<string?> _preset;
    private readonly Option<int?> _embedding = Flags.Integer("--embedding", "Size of a word embedding");
    private readonly Option<int?> _hidden = Flags.Integer("--hidden", "Hidden units of the LSTM of encoder and decoder");
    private readonly Option<int?> _latent = Flags.Integer("--latent", "Dimensions of the code");
    private readonly Option<bool> _untied = Flags.Switch("--untied", "Separate embedding tables for encoder, decoder and softmax");
    private readonly Option<bool> _tied = Flags.Switch("--tied", "One embedding table for encoder, decoder and softmax");
    private readonly Option<int?> _encoderLayers = Flags.Integer("--encoder-layers", "Layers of the encoder's LSTM");
    private readonly Option<OnOff?> _bidirectional = Flags.OnOrOff(
        "--bidirectional", "Whether the encoder reads each sentence from both ends");

    private readonly Option<EncoderPooling?> _pooling = Flags.Choice(
        "--pooling", "The encoder's states that make the code: the last, their maxima or their means",
        ("last", EncoderPooling.Last), ("max", EncoderPooling.Max), ("mean", EncoderPooling.Mean));

    private readonly Option<double?> _meanNormalization = Flags.Number(
        "--mean-normalization", "Deviation to which the posterior's means are normalised over a batch, 0.6 for example; 0 for none");

    private readonly Option<int?> _decoderLayers = Flags.Integer("--decoder-layers", "Layers of the decoder's LSTM");
    private readonly Option<int?> _posteriorLayers = Flags.Integer(
        "--posterior-layers", "tanh layers between the encoder and the posterior");

    private readonly Option<LatentInput?> _latentInput = Flags.Choice(
        "--latent-input", "Place where the code enters the decoder",
        ("first-token", LatentInput.FirstToken), ("initial-state", LatentInput.InitialState), ("every-step", LatentInput.EveryStep),
        ("every-step-and-softmax", LatentInput.EveryStepAndSoftmax));
    private readonly Option<int?> _batch = Flags.Integer("--batch", "Sentences per step");

    /// <param name="preset">The default.</param>
    public SizeFlags(Preset preset)
    {
        _default = preset;
        string names = string.Join(", ", Presets.All.Select(p => p.Name));
        _preset = Flags.Text("--preset", $"Values of the flags below unless given: {names} ({preset.Name})", "name");
    }

    /// <summary>The flags in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _preset, _embedding, _hidden, _latent, _tied, _untied, _encoderLayers, _bidirectional, _pooling, _posteriorLayers,
        _meanNormalization, _decoderLayers,
        _latentInput, _batch,
    ];

    /// <exception cref="InputException">It is unknown, or given with a resumed run, which has its own options.</exception>
    public Preset PresetOf(ParseResult parse, bool resumes = false)
    {
        if (parse.GetValue(_preset) is not null && resumes)
            throw new InputException("--preset: a resumed run has its own options; leave it out");
        return NamedPreset(parse) ?? _default;
    }

    /// <summary>The preset by --preset; null unless given.</summary>
    /// <exception cref="InputException">It is unknown.</exception>
    public Preset? NamedPreset(ParseResult parse) => parse.GetValue(_preset) is { } name ? Presets.Named(name) : null;

    /// <summary>The model of the preset or of a resumed run, as the flags change it.</summary>
    public ModelOptions ModelOf(ParseResult parse, ModelOptions? resumed, int vocabularySize)
    {
        if (parse.GetValue(_tied) && parse.GetValue(_untied))
            throw new InputException("--tied and --untied: choose one of the two");
        ModelOptions options = resumed ?? PresetOf(parse).Model(vocabularySize);
        return options with
        {
            EmbeddingSize = parse.GetValue(_embedding) ?? options.EmbeddingSize,
            HiddenSize = parse.GetValue(_hidden) ?? options.HiddenSize,
            LatentSize = parse.GetValue(_latent) ?? options.LatentSize,
            TieEmbeddings = !parse.GetValue(_untied) && (parse.GetValue(_tied) || options.TieEmbeddings),
            EncoderLayers = parse.GetValue(_encoderLayers) ?? options.EncoderLayers,
            BidirectionalEncoder = Flags.IsOn(parse, _bidirectional) ?? options.BidirectionalEncoder,
            EncoderPooling = parse.GetValue(_pooling) ?? options.EncoderPooling,
            MeanNormalization = parse.GetValue(_meanNormalization) ?? options.MeanNormalization,
            DecoderLayers = parse.GetValue(_decoderLayers) ?? options.DecoderLayers,
            PosteriorLayers = parse.GetValue(_posteriorLayers) ?? options.PosteriorLayers,
            LatentInput = parse.GetValue(_latentInput) ?? options.LatentInput,
        };
    }

    /// <summary>Sentences per step; null unless given.</summary>
    public int? BatchOf(ParseResult parse) => parse.GetValue(_batch);
}
