using Reprise.Model;

namespace Reprise.Training;

/// <summary>The updates of each part's parameters, Adam's t. A part with 0 stays as it is.</summary>
/// <param name="Shared">Those of the embeddings that encoder and decoder share.</param>
internal readonly record struct Updates(long Encoder, long Decoder, long Shared)
{
    /// <summary>Updates in which shared embeddings belong to the decoder.</summary>
    public Updates(long encoder, long decoder)
        : this(encoder, decoder, decoder)
    {
    }

    /// <summary>True where all parts have as many.</summary>
    public bool AreEqual => Encoder == Decoder && Decoder == Shared;

    /// <summary>Those of one part.</summary>
    public long Of(ModelPart part) => part switch
    {
        ModelPart.Encoder => Encoder,
        ModelPart.Decoder => Decoder,
        _ => Shared,
    };
}
