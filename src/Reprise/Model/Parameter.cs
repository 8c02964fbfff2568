namespace Reprise.Model;

/// <summary>A part of the model whose parameters can be updated by themselves.</summary>
internal enum ModelPart
{
    /// <summary>The encoder with its posterior.</summary>
    Encoder,

    /// <summary>The decoder.</summary>
    Decoder,

    /// <summary>The embeddings that encoder, decoder and softmax share.</summary>
    Shared,
}

/// <summary>The first values of a parameter.</summary>
internal enum Initializer
{
    /// <summary>Zero: biases.</summary>
    Zero,

    /// <summary>One: running variances.</summary>
    One,

    /// <summary>Zero, and 1 for the forget gates (Jozefowicz et al. 2015); for 4H values of the gates i, f, g, o.</summary>
    ForgetGatesOne,

    /// <summary>N(0, 0.1²): embeddings.</summary>
    Embedding,

    /// <summary>U(±1/√fan_in): matrices.</summary>
    FanIn,
}

/// <summary>A parameter as its component declares it: name, shape, first values, part of the model.</summary>
internal sealed class Parameter
{
    internal Parameter(string name, int rows, int columns, bool isVector, Initializer initializer, ModelPart part) =>
        (Name, Rows, Columns, IsVector, Initializer, Part) = (name, rows, columns, isVector, initializer, part);

    /// <summary>The name, as in files.</summary>
    public string Name { get; }

    /// <summary>Rows; 1 for a vector.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>True for a bias: one dimension in files.</summary>
    public bool IsVector { get; }

    /// <summary>The shape in files: [rows, columns], or [columns] of a vector.</summary>
    public IReadOnlyList<int> Shape => IsVector ? [Columns] : [Rows, Columns];

    /// <summary>Number of elements.</summary>
    public long Length => (long)Rows * Columns;

    /// <summary>Elements from the start of the slab, as the layout places it.</summary>
    public long Offset { get; internal set; }

    internal Initializer Initializer { get; }

    internal ModelPart Part { get; }
}
