using System.CommandLine;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>The flags of decoding, for the commands that print sentences.</summary>
internal sealed class DecodingFlags
{
    private readonly Option<int?> _beam = Flags.Integer("--beam", "Width of the beam search; 1 is greedy (15)");
    private readonly Option<double?> _lengthPenalty = Flags.Number("--length-penalty", "Favour longer sentences, 0 to 10 (0)");
    private readonly Option<int?> _maximumWords =
        Flags.Integer("--max-words", "Longest sentence; longer ones are cut (50 words, or 200 pieces)");
    private readonly Option<double?> _temperature =
        Flags.Number("--temperature", "Sample words instead of searching; 1 is the model's own distribution");
    private readonly Option<int?> _topK = Flags.Integer("--top-k", "Sample from the k most probable words only");
    private readonly Option<double?> _topP = Flags.Number("--top-p", "Sample from the most probable words whose probabilities sum to p");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_beam, _lengthPenalty, _maximumWords, _temperature, _topK, _topP])
            command.Options.Add(option);
    }

    public DecodingOptions Of(ParseResult parse)
    {
        DecodingOptions defaults = new();
        (double? temperature, int? topK, double? topP) = (parse.GetValue(_temperature), parse.GetValue(_topK), parse.GetValue(_topP));
        bool samples = temperature is not null || topK is not null || topP is not null;
        if (samples && (parse.GetValue(_beam) is not null || parse.GetValue(_lengthPenalty) is not null))
            throw new InputException("--beam and --length-penalty search; --temperature, --top-k and --top-p sample: choose one");
        DecodingOptions options = defaults with
        {
            BeamWidth = parse.GetValue(_beam) ?? defaults.BeamWidth,
            LengthPenalty = parse.GetValue(_lengthPenalty) ?? defaults.LengthPenalty,
            MaximumWords = parse.GetValue(_maximumWords),
            Sampling = samples ? new SamplingOptions { Temperature = temperature ?? 1, TopK = topK ?? 0, TopP = topP ?? 1 } : null,
        };
        options.Validate();
        return options;
    }
}
