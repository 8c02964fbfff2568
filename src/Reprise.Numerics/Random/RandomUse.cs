namespace Reprise.Numerics;

/// <summary>The uses of randomness in the program; the draws of two uses never share a number.</summary>
internal enum RandomUse
{
    /// <summary>Initial weights; index = parameter.</summary>
    Weights = 1,

    /// <summary>Order of the training sentences; step = epoch.</summary>
    Order = 2,

    /// <summary>Noise of the posterior in training; index = sentence of the corpus.</summary>
    Posterior = 3,

    /// <summary>Word drop; index = sentence of the corpus.</summary>
    WordDrop = 4,

    /// <summary>Noise in evaluation and reconstruction; step = sample.</summary>
    Evaluation = 5,

    /// <summary>Codes drawn from the prior.</summary>
    Prior = 6,

    /// <summary>Words drawn while decoding; step = position.</summary>
    Sampling = 7,

    /// <summary>The choice of sentences to measure on, where all would be too many.</summary>
    Measuring = 8,

    /// <summary>Order and sides of the questions of a questionnaire.</summary>
    Survey = 9,

    /// <summary>Samples of a bootstrap; step = sample.</summary>
    Resampling = 10,

    /// <summary>Words that the encoder does not see; index = sentence of the corpus.</summary>
    EncoderWordDrop = 11,

    /// <summary>Dropout of embeddings.</summary>
    EmbeddingDropout = 12,

    /// <summary>Dropout of the decoder's states before the softmax.</summary>
    OutputDropout = 13,

    /// <summary>Dropout of the code.</summary>
    CodeDropout = 14,

    /// <summary>Codes around the code of a sentence; index = draw.</summary>
    Variation = 15,
}
