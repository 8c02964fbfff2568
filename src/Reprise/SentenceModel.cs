using Reprise.Checkpoints;
using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise;

/// <summary>
/// A trained model ready for use: sentences to codes, codes to sentences, scores.
/// </summary>
/// <remarks>
/// Safe for use by many threads at once; the work itself runs one batch at a time. Methods that take many texts are lazy:
/// they read, work and return in batches, in the order of the texts, so that a stream of any length passes through. A
/// sentence has 1 to <see cref="MaximumWords"/> words; another one stops the stream with an <see cref="InputException"/>
/// that names its index; and so does a text that is null.
/// </remarks>
public sealed class SentenceModel : IDisposable
{
    /// <summary>The most words of a sentence given to a model.</summary>
    public const int MaximumWords = 4096;

    private readonly SentenceAutoencoder<float> _network;
    private readonly SentenceEngine _engine;
    private readonly SentenceCodec _codec;

    /// <param name="network">Owned by the model from now on, with its kernels.</param>
    internal SentenceModel(SentenceAutoencoder<float> network, Vocabulary vocabulary, ModelConfig config)
    {
        _network = network;
        network.FreezeWeights(); // nobody else has them
        _engine = new SentenceEngine(network);
        _codec = new SentenceCodec(vocabulary, config.Text);
        Config = config;
    }

    /// <summary>Its sizes, its treatment of text, and how it came to be.</summary>
    public ModelConfig Config { get; }

    /// <summary>The words that it knows, and their ids.</summary>
    public Vocabulary Vocabulary => _codec.Vocabulary;

    /// <summary>The back end and its threads, for a person.</summary>
    public string BackEnd => _network.Kernels.Description;

    internal SentenceEngine Engine => _engine;

    /// <summary>Loads a model: a folder with <c>config.json</c>, <c>vocabulary.txt</c> and <c>model.safetensors</c>.</summary>
    /// <param name="kernels">The back end, owned by the model from now on; null for the best that this machine has.</param>
    /// <exception cref="InputException">Something is missing or does not belong together.</exception>
    public static SentenceModel Load(string path, IKernels<float>? kernels = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        kernels ??= Kernels.Create();
        try
        {
            ModelFolder folder = ModelFolder.Open(path);
            return new SentenceModel(folder.LoadModel(kernels), folder.Vocabulary, folder.Config);
        }
        catch
        {
            kernels.Dispose();
            throw;
        }
    }

    /// <summary>The code of one sentence.</summary>
    /// <exception cref="InputException">The model is a language model, which has no codes.</exception>
    public Code Encode(string text)
    {
        NeedCodes("encode");
        return _engine.Encode([WordsOf(text)])[0];
    }

    /// <summary>The code of each sentence.</summary>
    /// <exception cref="InputException">The model is a language model, which has no codes.</exception>
    public IEnumerable<Code> Encode(IEnumerable<string> texts)
    {
        NeedCodes("encode");
        return InBatches(texts, nameof(texts), batch => _engine.Encode(Words(batch)));
    }

    /// <summary>Says a sentence again from its code: the first result of <see cref="Reconstruct(IEnumerable{string}, ReconstructOptions?)"/>.</summary>
    public Reconstruction Reconstruct(string text, ReconstructOptions? options = null)
    {
        options ??= new ReconstructOptions();
        options.Validate();
        NeedCodes("reconstruct");
        return Reconstruct([new Sentence(text, WordsOf(text), 0)], options)[0][0];
    }

    /// <summary>
    /// Says each sentence again from its code: one result for each sentence and each z drawn, samples of a sentence together.
    /// </summary>
    public IEnumerable<Reconstruction> Reconstruct(IEnumerable<string> texts, ReconstructOptions? options = null)
    {
        options ??= new ReconstructOptions();
        options.Validate();
        NeedCodes("reconstruct");
        return InBatches(texts, nameof(texts), batch => Reconstruct(batch, options)).SelectMany(samples => samples);
    }

    /// <summary>New sentences, each from a code drawn from the prior N(0, 1).</summary>
    public IEnumerable<Hypothesis> Generate(long count, GenerateOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        options ??= new GenerateOptions();
        DecodingOptions.Validate(options.Decoding);
        return Decode(PriorCodes(count, options.Seed), options.Decoding, options.Seed).Select(beams => beams[0]);
    }

    /// <summary>The sentences of each code, best first (one, where words are drawn).</summary>
    /// <param name="codes">Of <see cref="ModelOptions.LatentSize"/> elements each.</param>
    /// <param name="seed">Of words drawn.</param>
    public IEnumerable<IReadOnlyList<Hypothesis>> Decode(IEnumerable<float[]> codes, DecodingOptions? options = null, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(codes);
        options ??= new DecodingOptions();
        options.Validate();
        return CheckSizes(codes).Index().Chunk(SentenceEngine.BatchSize).SelectMany(batch => Decode(batch, options, seed));
    }

    /// <summary>The way from one sentence to another, in steps through the codes between theirs.</summary>
    public IReadOnlyList<InterpolationStep> Interpolate(string from, string to, InterpolateOptions? options = null)
    {
        options ??= new InterpolateOptions();
        options.Validate();
        (Code first, Code last) = (Encode(from), Encode(to));
        IEnumerable<float[]> codes = Enumerable.Range(0, options.Steps)
            .Select(step => Interpolation.At(first.Mean, last.Mean, step / (options.Steps - 1.0), options.Path));
        return [.. Decode(codes, options.Decoding, options.Seed).Select((beams, step) => new InterpolationStep(step, beams[0].Text, beams[0].LogProbability))];
    }

    /// <summary>How probable each sentence is: the parts of its ELBO.</summary>
    public IEnumerable<SentenceScore> Score(IEnumerable<string> texts, ScoreOptions? options = null)
    {
        options ??= new ScoreOptions();
        return InBatches(texts, nameof(texts), batch => Score(batch, options));
    }

    /// <summary>The sentences among <paramref name="among"/> whose codes lie nearest to the query's, nearest first.</summary>
    public IReadOnlyList<Neighbour> Nearest(string query, IEnumerable<string> among, NearestOptions? options = null)
    {
        options ??= new NearestOptions();
        NearestCodes nearest = new(Encode(query).Mean, options);
        foreach ((string text, Code code) in InBatches(among, nameof(among), EncodeWithTexts))
            nearest.Add(text, code);
        return nearest.ToList();

        (string, Code)[] EncodeWithTexts(IReadOnlyList<Sentence> batch) =>
            [.. batch.Zip(_engine.Encode(Words(batch)), (sentence, code) => (sentence.Text, code))];
    }

    /// <summary>Measures the model on held-out sentences, whose ids are those of <see cref="Vocabulary"/>.</summary>
    /// <param name="progress">Is told the number of sentences done.</param>
    public EvaluationReport Evaluate(ISentences sentences, EvaluationOptions? options = null, IProgress<long>? progress = null)
    {
        using Evaluator evaluator = new(_engine);
        return evaluator.Evaluate(sentences, options, progress);
    }

    /// <summary>Measures how many held-out sentences, and how many of their words, come back.</summary>
    /// <param name="progress">Is told the number of sentences done.</param>
    /// <exception cref="InputException">There is no sentence, an option is out of range, or the model is a language model, which has no codes.</exception>
    public ReconstructionReport MeasureReconstruction(ISentences sentences, ReconstructionMeasureOptions? options = null, IProgress<long>? progress = null)
    {
        NeedCodes("reconstruct");
        using Evaluator evaluator = new(_engine);
        return evaluator.MeasureReconstruction(sentences, options, progress);
    }

    /// <summary>Waits for the batch that is running on another thread; whatever is asked later throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        _network.Dispose();
        _network.Kernels.Dispose();
    }

    private void NeedCodes(string toDo)
    {
        if (!_engine.Options.HasCode)
            throw new InputException($"this is a language model without a code: it can score and generate, but not {toDo}; give a model that was trained by another objective");
    }

    private Reconstruction[][] Reconstruct(IReadOnlyList<Sentence> batch, ReconstructOptions options)
    {
        Code[] codes = _engine.Encode(Words(batch));
        int samples = options.PosteriorMean ? 1 : options.Samples;
        Reconstruction[][] results = [.. codes.Select(_ => new Reconstruction[samples])];
        for (int sample = 0; sample < samples; sample++)
        {
            float[][] z = [.. codes.Select((code, i) => options.PosteriorMean ? code.Mean : code.Sample(options.Seed, batch[i].Index, sample))];
            double[] nll = _engine.Nll(Words(batch), z);
            long[] keys = [.. batch.Select(s => (s.Index * samples) + sample)];
            WordSequence[][] said = _engine.Decode(z, options.Decoding, options.Seed, keys);
            for (int i = 0; i < results.Length; i++)
            {
                Hypothesis[] beams = Speak(said[i]);
                (string text, double probability) = beams[0];
                results[i][sample] = new Reconstruction(batch[i].Text, text, probability, nll[i], codes[i].Kl, sample, beams)
                {
                    Words = codes[i].Words,
                    UnknownWords = codes[i].UnknownWords,
                };
            }
        }

        return results;
    }

    private SentenceScore[] Score(IReadOnlyList<Sentence> batch, ScoreOptions options)
    {
        Code[] codes = _engine.Encode(Words(batch));
        float[][] z = [.. codes.Select((code, i) => options.PosteriorMean ? code.Mean : code.Sample(options.Seed, batch[i].Index))];
        double[] nll = _engine.Nll(Words(batch), z);
        return [.. codes.Select((code, i) =>
            new SentenceScore(nll[i], code.Kl, -(nll[i] + code.Kl), code.Words) { UnknownWords = code.UnknownWords })];
    }

    private IReadOnlyList<Hypothesis>[] Decode(IReadOnlyList<(int Index, float[] Code)> batch, DecodingOptions options, ulong seed)
    {
        WordSequence[][] said = _engine.Decode([.. batch.Select(b => b.Code)], options, seed, [.. batch.Select(b => (long)b.Index)]);
        return [.. said.Select(Speak)];
    }

    private Hypothesis[] Speak(WordSequence[] beams) => [.. beams.Select(beam => new Hypothesis(_codec.Decode(beam.Words), beam.LogProbability))];

    private IEnumerable<TResult> InBatches<TResult>(IEnumerable<string> texts, string name, Func<IReadOnlyList<Sentence>, TResult[]> run)
    {
        ArgumentNullException.ThrowIfNull(texts, name);
        return LengthSorted.Run(Read(texts, name), s => s.Words.Length, SentenceEngine.BatchSize, run);
    }

    private IEnumerable<Sentence> Read(IEnumerable<string> texts, string name)
    {
        long index = 0;
        foreach (string? text in texts)
        {
            if (text is null)
                throw new InputException($"{name}[{index}] is null; expected a sentence");
            yield return new Sentence(text, WordsOf(text, $"{name}[{index}]: "), index++);
        }
    }

    private int[] WordsOf(string text, string where = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] words = _codec.Encode(text);
        if (words.Length is > 0 and <= MaximumWords)
            return words;
        string start = text.Length > 40 ? text[..40] + "…" : text;
        throw new InputException(words.Length == 0
            ? $"{where}no words in \"{start}\"; expected a sentence"
            : $"{where}{words.Length} words in \"{start}\"; expected one sentence, of at most {MaximumWords} words");
    }

    private IEnumerable<float[]> CheckSizes(IEnumerable<float[]> codes)
    {
        long index = 0;
        foreach (float[]? code in codes)
        {
            if (code is null)
                throw new InputException($"codes[{index}] is null; expected a code of {_engine.Options.LatentSize} elements");
            if (code.Length != _engine.Options.LatentSize)
                throw new InputException($"a code has {code.Length} elements; this model's codes have {_engine.Options.LatentSize}");
            index++;
            yield return code;
        }
    }

    private IEnumerable<float[]> PriorCodes(long count, ulong seed)
    {
        for (long i = 0; i < count; i++)
            yield return Code.OfPrior(_engine.Options.LatentSize, seed, i);
    }

    private static int[][] Words(IReadOnlyList<Sentence> batch) => [.. batch.Select(s => s.Words)];

    private readonly record struct Sentence(string Text, int[] Words, long Index);
}
