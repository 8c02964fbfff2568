namespace Reprise.Model;

/// <summary>The name, shape and place of one parameter.</summary>
/// <param name="Rows">1 for a vector.</param>
/// <param name="IsVector">A bias: one dimension in files.</param>
/// <param name="Offset">Elements from the start of the slab.</param>
internal sealed record Parameter(string Name, int Rows, int Columns, bool IsVector, long Offset)
{
    /// <summary>The shape in files: [rows, columns], or [columns] of a vector.</summary>
    public IReadOnlyList<int> Shape => IsVector ? [Columns] : [Rows, Columns];

    /// <summary>Number of elements.</summary>
    public long Length => (long)Rows * Columns;
}

/// <summary>All parameters of a model in the order of their names (ordinal), one after the other in one slab.</summary>
internal sealed class ParameterLayout
{
    private const int Alignment = 16; // each parameter starts on a cache line; the gaps are zero and stay zero

    private readonly Dictionary<string, Parameter> _byName;

    /// <exception cref="InputException">The options are unsound, or the model is too large for one slab.</exception>
    public ParameterLayout(ModelOptions options)
    {
        options.Validate();
        List<Parameter> parameters = [];
        long offset = 0;
        foreach ((string name, int[] shape) in Shapes(options).OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            Parameter parameter = new(name, shape.Length == 1 ? 1 : shape[0], shape[^1], shape.Length == 1, offset);
            parameters.Add(parameter);
            offset += (parameter.Length + Alignment - 1) / Alignment * Alignment;
        }

        if (offset > int.MaxValue)
            throw new InputException($"model options: {offset} weights in all; expected at most {int.MaxValue}: choose smaller sizes");
        Parameters = parameters;
        Length = offset;
        _byName = parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>In ordinal order of their names.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Elements of the slab, the gaps between parameters included.</summary>
    public long Length { get; }

    /// <summary>Elements of all parameters.</summary>
    public long Count => Parameters.Sum(p => p.Length);

    /// <summary>The parameter of this name.</summary>
    public Parameter this[string name] => _byName[name];

    // Weights are [out, in] as in PyTorch; 4H rows are the gates i, f, g, o.
    private static IEnumerable<(string Name, int[] Shape)> Shapes(ModelOptions options)
    {
        (int V, int E, int H, int Z) = (options.VocabularySize, options.EmbeddingSize, options.HiddenSize, options.LatentSize);

        if (options.TieEmbeddings)
        {
            yield return ("embedding.weight", [V, E]);
            yield return ("decoder.projection.weight", [E, H]);
            yield return ("decoder.projection.bias", [E]);
        }
        else
        {
            if (options.HasCode)
                yield return ("encoder.embedding.weight", [V, E]);
            yield return ("decoder.embedding.weight", [V, E]);
            yield return ("output.weight", [V, H]);
        }

        yield return ("output.bias", [V]);

        yield return ("decoder.lstm.weight_ih", [4 * H, options.LatentInput == LatentInput.EveryStep ? E + Z : E]);
        yield return ("decoder.lstm.weight_hh", [4 * H, H]);
        yield return ("decoder.lstm.bias", [4 * H]);

        if (!options.HasCode)
            yield break;

        yield return ("encoder.lstm.weight_ih", [4 * H, E]);
        yield return ("encoder.lstm.weight_hh", [4 * H, H]);
        yield return ("encoder.lstm.bias", [4 * H]);

        for (int layer = 0; layer < options.PosteriorLayers; layer++)
        {
            yield return ($"posterior.layers.{layer}.weight", [H, H]);
            yield return ($"posterior.layers.{layer}.bias", [H]);
        }

        yield return ("posterior.mean.weight", [Z, H]);
        yield return ("posterior.mean.bias", [Z]);
        yield return ("posterior.log_variance.weight", [Z, H]);
        yield return ("posterior.log_variance.bias", [Z]);

        if (options.LatentInput == LatentInput.FirstToken)
        {
            yield return ("decoder.latent.first_token.weight", [E, Z]);
        }
        else
        {
            yield return ("decoder.latent.hidden.weight", [H, Z]);
            yield return ("decoder.latent.hidden.bias", [H]);
            yield return ("decoder.latent.cell.weight", [H, Z]);
            yield return ("decoder.latent.cell.bias", [H]);
        }
    }
}
