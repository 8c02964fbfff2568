namespace Reprise.Model;

/// <summary>All parameters of a model in the order of their names (ordinal), one after the other in one slab.</summary>
internal sealed class ParameterLayout
{
    private const int Alignment = 16; // each parameter starts on a cache line; the gaps are zero and stay zero

    private readonly Dictionary<string, Parameter> _byName;

    /// <summary>The layout of the components that the options name.</summary>
    /// <exception cref="InputException">The options are unsound, or the model is too large for one slab.</exception>
    public ParameterLayout(ModelOptions options)
    {
        options.Validate();
        ParameterList list = new();
        Parameter? embedding = options.TieEmbeddings
            ? list.Matrix("embedding.weight", options.VocabularySize, options.EmbeddingSize, ModelPart.Shared, Initializer.Embedding)
            : null;
        Encoder = options.HasCode ? new WordEncoderParameters(list, options, embedding) : null;
        Decoder = new WordDecoderParameters(list, options, embedding);

        Parameters = [.. list.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];
        foreach (Parameter parameter in Parameters)
        {
            parameter.Offset = Length;
            Length += (parameter.Length + Alignment - 1) / Alignment * Alignment;
        }

        if (Length > int.MaxValue)
            throw new InputException($"model options: {Length} weights in all; expected at most {int.MaxValue}: choose smaller sizes");
        _byName = Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
    }

    /// <summary>The parameters in ordinal order of their names.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Elements of the slab, the gaps between parameters included.</summary>
    public long Length { get; }

    /// <summary>Elements of all parameters.</summary>
    public long Count => Parameters.Sum(p => p.Length);

    /// <summary>The encoder's; null for a model without a code.</summary>
    internal WordEncoderParameters? Encoder { get; }

    internal WordDecoderParameters Decoder { get; }

    /// <summary>The parameter of this name.</summary>
    public Parameter this[string name] => _byName[name];
}
