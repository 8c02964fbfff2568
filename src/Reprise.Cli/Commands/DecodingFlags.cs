using System.CommandLine;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>The flags that say how a code becomes words, for the commands that speak.</summary>
internal sealed class DecodingFlags
{
    private readonly Option<int?> _beam = Flags.Integer("--beam", "Width of the beam search; 1 is greedy (15)");
    private readonly Option<double?> _lengthPenalty = Flags.Number("--length-penalty", "Favours longer sentences, 0 to 10 (0)");
    private readonly Option<int?> _maximumWords = Flags.Integer("--max-words", "Sentences are cut after so many words (50)");
    private readonly Option<double?> _temperature = Flags.Number("--temperature", "Draw words instead of searching; 1 is the model's own distribution");
    private readonly Option<int?> _topK = Flags.Integer("--top-k", "Draw among the k most probable words only");
    private readonly Option<double?> _topP = Flags.Number("--top-p", "Draw among the most probable words that sum to this");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_beam, _lengthPenalty, _maximumWords, _temperature, _topK, _topP])
            command.Options.Add(option);
    }

    public DecodingOptions Of(ParseResult parse)
    {
        DecodingOptions defaults = new();
        bool draws = parse.GetValue(_temperature) is not null || parse.GetValue(_topK) is not null || parse.GetValue(_topP) is not null;
        if (draws && (parse.GetValue(_beam) is not null || parse.GetValue(_lengthPenalty) is not null))
            throw new InputException("--beam and --length-penalty search, --temperature, --top-k and --top-p draw: choose one of the two");
        DecodingOptions options = defaults with
        {
            BeamWidth = parse.GetValue(_beam) ?? defaults.BeamWidth,
            LengthPenalty = parse.GetValue(_lengthPenalty) ?? defaults.LengthPenalty,
            MaximumWords = parse.GetValue(_maximumWords) ?? defaults.MaximumWords,
            Sampling = draws ? new SamplingOptions { Temperature = parse.GetValue(_temperature) ?? 1, TopK = parse.GetValue(_topK) ?? 0, TopP = parse.GetValue(_topP) ?? 1 } : null,
        };
        options.Validate();
        return options;
    }
}
