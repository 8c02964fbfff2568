using Reprise.Model;

namespace Reprise.Benchmarks;

/// <summary>
/// The useful arithmetic of the model: floating-point operations of its matrix products and of nothing else. A product of
/// [M, K] by [K, N] counts 2 · M · N · K; a backward pass counts twice its forward pass, the gradients by input and by weights.
/// </summary>
/// <remarks>
/// N_e is the words of a batch, N_d its words and ends of sentences, B its sentences, D the encoder's directions:
/// encoder 8 D H (E + H) N_e, and 8 D H (D H + H) N_e for each further layer; posterior 4 B D H Z without layers, else
/// 2 B (D H² + (layers - 1) H² + 2 H Z); the entry of the code into the decoder 2 B Z E (first token), else 4 B Z H, 8 B Z H more where
/// it enters every step (one product a sentence), and 2 B Z E (tied) or 2 B Z H more where it enters the softmax; decoder 8 H (E + H) N_d,
/// and 16 H² N_d for each further layer; softmax 2 N_d (H E + E V) tied, 2 N_d H V untied. A product that is skipped because it is zero
/// (the first recurrent one) counts; a product that many codes of a sentence share (that of its inputs) counts once. The program also
/// computes the product of a word with the input weights of an LSTM once for all its occurrences in a batch; speeds count the products
/// that were computed.
/// </remarks>
internal static class Arithmetic
{
    private const double ForwardAndBackward = 3;

    /// <summary>A training step, forward and backward.</summary>
    /// <param name="sentences">B.</param>
    /// <param name="words">N_e; the decoder has one row more for each sentence.</param>
    public static double Step(ModelOptions model, long sentences, long words) => ForwardAndBackward * Forward(model, sentences, words);

    /// <summary>The losses without gradients.</summary>
    public static double Forward(ModelOptions model, long sentences, long words) =>
        Encode(model, sentences, words) + Decode(model, sentences, words + sentences);

    /// <summary>Sentences to their posteriors.</summary>
    /// <param name="distinct">Number of distinct words, whose products count once; null to count every occurrence.</param>
    public static double Encode(ModelOptions model, long sentences, long words, long? distinct = null)
    {
        (double E, double H, double Z) = (model.EmbeddingSize, model.HiddenSize, model.LatentSize);
        if (!model.HasCode)
            return 0;
        (double D, int layers) = (model.Directions, model.PosteriorLayers);
        double lstm = 8 * D * H * ((E * (distinct ?? words)) + (H * words) + ((model.EncoderLayers - 1) * ((D * H) + H) * words));
        return lstm + (2 * sentences * (layers == 0 ? 2 * D * H * Z : (D * H * H) + ((layers - 1) * H * H) + (2 * H * Z)));
    }

    /// <summary>The decoder and its softmax over <paramref name="rows"/> = N_d rows.</summary>
    /// <param name="sentences">Codes; each enters the decoder once.</param>
    public static double Decode(ModelOptions model, long sentences, long rows) =>
        Latent(model, sentences) + Inputs(model, rows) + Recurrent(model, rows) + Softmax(model, rows);

    /// <summary>
    /// A search for <paramref name="words"/> words of each code: one hypothesis at the first word, <paramref name="width"/> at each
    /// later one.
    /// </summary>
    public static double Search(ModelOptions model, long sentences, int words, int width) =>
        Decode(model, sentences, sentences * (1 + ((words - 1L) * width)));

    /// <summary>Sentences that are encoded once, and reconstructed from <paramref name="samples"/> codes each.</summary>
    public static double Importance(ModelOptions model, long sentences, long words, long samples)
    {
        long rows = words + sentences;
        return Encode(model, sentences, words) + Inputs(model, rows)
            + (samples * (Latent(model, sentences) + Recurrent(model, rows) + Softmax(model, rows)));
    }

    /// <summary>The softmax over the vocabulary, with the projection before it where the embeddings are tied.</summary>
    public static double Softmax(ModelOptions model, long rows)
    {
        (double V, double E, double H) = (model.VocabularySize, model.EmbeddingSize, model.HiddenSize);
        return 2 * rows * (model.TieEmbeddings ? (H * E) + (E * V) : H * V);
    }

    private static double Latent(ModelOptions model, long sentences)
    {
        CodeEntry code = new ParameterLayout(model).Decoder.Code;
        return 2.0 * sentences * (code.Products + (4L * model.HiddenSize * code.InputColumns));
    }

    private static double Inputs(ModelOptions model, long rows) => 8.0 * model.HiddenSize * model.EmbeddingSize * rows;

    // With the inputs of the layers above the first.
    private static double Recurrent(ModelOptions model, long rows) =>
        8.0 * model.HiddenSize * model.HiddenSize * ((2 * model.DecoderLayers) - 1) * rows;
}
