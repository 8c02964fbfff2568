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
/// <para>
/// Safe for use by many threads at once: callers take turns, batch by batch. Methods that take many texts are lazy: they read, work and
/// return in batches, in the order of the texts, so that a stream of any length passes through. A sentence has 1 to
/// <see cref="MaximumWords"/> words. A text of another length, or null, stops the stream with an <see cref="InputException"/> that names
/// its index.
/// </para>
/// <para>
/// The <see cref="CancellationToken"/> of a call is checked before each batch, while a batch waits for its turn, and between the words
/// of a search; a lazy method checks it while its results are enumerated. A cancelled call throws
/// <see cref="OperationCanceledException"/>; the model stays usable for this caller and for others.
/// </para>
/// </remarks>
public sealed class SentenceModel : IDisposable
{
    /// <summary>The most words of a sentence given to a model.</summary>
    public const int MaximumWords = 4096;

    private readonly SentenceAutoencoder<float> _network;
    private readonly InferencePipeline _pipeline;
    private readonly SentenceCodec _codec;

    /// <param name="network">The network, owned by the model from now on, with its kernels.</param>
    internal SentenceModel(SentenceAutoencoder<float> network, Vocabulary vocabulary, ModelConfig config)
    {
        _network = network;
        network.FreezeWeights(); // no other code can change them
        _pipeline = new InferencePipeline(network);
        _codec = new SentenceCodec(vocabulary, config.Text);
        Config = config;
    }

    /// <summary>The model's sizes and variations.</summary>
    public ModelOptions Options => Config.Model;

    /// <summary>The options by which text becomes words.</summary>
    public TextOptions Text => Config.Text;

    /// <summary>The words of the model and their ids.</summary>
    public Vocabulary Vocabulary => _codec.Vocabulary;

    internal SentenceCodec Codec => _codec;

    /// <summary>A description of the device: vector width or precision, and threads.</summary>
    public string Device => _network.Kernels.Description;

    /// <summary>The contents of config.json.</summary>
    internal ModelConfig Config { get; }

    internal InferencePipeline Pipeline => _pipeline;

    /// <summary>Loads a model: a folder with <c>config.json</c>, <c>vocabulary.txt</c> and <c>model.safetensors</c>.</summary>
    /// <param name="device">The device, owned by the model from now on; null for the processor or the environment's.</param>
    /// <exception cref="InputException">A file is missing or unsound, or the files do not belong together.</exception>
    public static SentenceModel Load(string path, ComputeDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        device ??= ComputeDevice.Open();
        try
        {
            ModelFolder folder = ModelFolder.Open(path);
            return new SentenceModel(folder.LoadModel(device.Kernels), folder.Vocabulary, folder.Config);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Encodes one sentence.</summary>
    /// <exception cref="InputException">The model is a language model, which has no codes.</exception>
    public Code Encode(string text, CancellationToken cancellationToken = default)
    {
        NeedCodes("encode");
        return _pipeline.Encode([Alone(text)], cancellationToken).Single();
    }

    /// <summary>Encodes each sentence.</summary>
    /// <exception cref="InputException">The model is a language model, which has no codes.</exception>
    public IEnumerable<Code> Encode(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        NeedCodes("encode");
        return _pipeline.Encode(Read(texts, nameof(texts)), cancellationToken);
    }

    /// <summary>
    /// Reconstructs a sentence from its code: the first result of
    /// <see cref="Reconstruct(IEnumerable{string}, ReconstructOptions?, CancellationToken)"/>.
    /// </summary>
    public Reconstruction Reconstruct(string text, ReconstructOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ReconstructOptions();
        options.Validate();
        NeedCodes("reconstruct");
        return _pipeline.Encode([Alone(text)], batch => Reconstruct(batch, options), cancellationToken).Single()[0];
    }

    /// <summary>
    /// Reconstructs each sentence from its code: one result for each sentence and each z drawn, samples of a sentence together.
    /// </summary>
    public IEnumerable<Reconstruction> Reconstruct(
        IEnumerable<string> texts, ReconstructOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ReconstructOptions();
        options.Validate();
        NeedCodes("reconstruct");
        return _pipeline.Encode(Read(texts, nameof(texts)), batch => Reconstruct(batch, options), cancellationToken)
            .SelectMany(samples => samples);
    }

    /// <summary>Generates sentences, each from a code drawn from the prior N(0, 1).</summary>
    public IEnumerable<Hypothesis> Generate(long count, GenerateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        options ??= new GenerateOptions();
        DecodingOptions.Validate(options.Decoding);
        IEnumerable<float[]> codes = _pipeline.PriorCodes(count, options.Seed);
        return Decode(codes, options.Decoding, options.Seed, cancellationToken).Select(beams => beams[0]);
    }

    /// <summary>Decodes each code: its hypotheses, best first; only one where words are drawn.</summary>
    /// <param name="codes">Codes of <see cref="ModelOptions.LatentSize"/> elements each.</param>
    /// <param name="seed">The seed of drawn words.</param>
    public IEnumerable<IReadOnlyList<Hypothesis>> Decode(
        IEnumerable<float[]> codes, DecodingOptions? options = null, ulong seed = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codes);
        options ??= new DecodingOptions();
        options.Validate();
        return _pipeline.Decode(CheckSizes(codes), options.Of(Text), seed, cancellationToken).Select(TextsOf);
    }

    /// <summary>Interpolates between two sentences: decodes codes on the path from one to the other.</summary>
    public IReadOnlyList<InterpolationStep> Interpolate(
        string from, string to, InterpolateOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new InterpolateOptions();
        options.Validate();
        (Code first, Code last) = (Encode(from, cancellationToken), Encode(to, cancellationToken));
        IEnumerable<float[]> codes = Enumerable.Range(0, options.Steps)
            .Select(step => Interpolation.At(first.Mean, last.Mean, step / (options.Steps - 1.0), options.Path));
        return [.. Decode(codes, options.Decoding, options.Seed, cancellationToken)
            .Select((beams, step) => new InterpolationStep(step, beams[0].Text, beams[0].LogProbability))];
    }

    /// <summary>
    /// Finds other ways to say a sentence: of codes drawn around its own, those nearest to it that give different sentences, none of them
    /// the sentence itself. Nearest first; fewer than asked for where <see cref="VaryOptions.Draws"/> codes give no more.
    /// </summary>
    public IReadOnlyList<Variation> Vary(string text, VaryOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new VaryOptions();
        options.Validate();
        Variations found = new(Encode(text, cancellationToken).Mean, _codec.Decode(WordsOf(text)), options);
        foreach (IReadOnlyList<Hypothesis> beams in Decode(found.Codes(), options.Decoding, options.Seed, cancellationToken))
            found.Add(beams[0]);
        return found.Nearest();
    }

    /// <summary>The weighted sum of the codes of sentences: a - b + c, for example. <see cref="Decode"/> makes a sentence of it.</summary>
    /// <returns>[Z].</returns>
    /// <exception cref="InputException">There is no term, a weight is not finite, or the model is a language model.</exception>
    public float[] Combine(IEnumerable<(string Text, double Weight)> terms, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(terms);
        NeedCodes("combine");
        (string Text, double Weight)[] all = [.. terms];
        if (all.Length == 0)
            throw new InputException("no terms; expected one sentence or more");
        if (Array.FindIndex(all, term => !double.IsFinite(term.Weight)) is int bad and >= 0)
            throw new InputException(FormattableString.Invariant($"terms[{bad}]: weight {all[bad].Weight}; expected a finite number"));
        CodeSum sum = new(Options.LatentSize);
        IEnumerable<Code> codes = _pipeline.Encode(Read(all.Select(term => term.Text), nameof(terms)), cancellationToken);
        foreach ((int i, Code code) in codes.Index())
            sum.Add(code.Mean, all[i].Weight);
        return sum.ToArray();
    }

    /// <summary>The mean of the codes of sentences, of a stream of any length.</summary>
    /// <returns>[Z].</returns>
    /// <exception cref="InputException">There is no sentence, or the model is a language model.</exception>
    public float[] MeanCode(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        CodeSum sum = new(Options.LatentSize);
        foreach (Code code in Encode(texts, cancellationToken))
            sum.Add(code.Mean, 1);
        return sum.Count > 0 ? sum.Mean() : throw new InputException("no sentences; expected one or more for a mean");
    }

    /// <summary>Scores each sentence by the parts of its ELBO.</summary>
    public IEnumerable<SentenceScore> Score(
        IEnumerable<string> texts, ScoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ScoreOptions();
        return _pipeline.Encode(Read(texts, nameof(texts)), batch => Score(batch, options), cancellationToken);
    }

    /// <summary>Finds the sentences of <paramref name="among"/> whose codes are nearest to the query's, nearest first.</summary>
    public IReadOnlyList<Neighbour> Nearest(
        string query, IEnumerable<string> among, NearestOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new NearestOptions();
        NearestCodes nearest = new(Encode(query, cancellationToken).Mean, options);
        foreach ((string text, Code code) in _pipeline.Encode(Read(among, nameof(among)), TextsAndCodes, cancellationToken))
            nearest.Add(text, code);
        return nearest.ToList();

        static (string, Code)[] TextsAndCodes(EncodedBatch batch) =>
            [.. batch.Sentences.Zip(batch.Codes, (sentence, code) => (sentence.Text!, code))];
    }

    /// <summary>Measures the model on held-out sentences, whose ids are those of <see cref="Vocabulary"/>.</summary>
    /// <param name="progress">The receiver of the number of sentences done.</param>
    public EvaluationReport Evaluate(
        ISentences sentences,
        EvaluationOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using Evaluator evaluator = new(_pipeline, _codec);
        return evaluator.Evaluate(sentences, options, progress, cancellationToken);
    }

    /// <summary>Measures the shares of held-out sentences, and of their words, that are reconstructed.</summary>
    /// <param name="progress">The receiver of the number of sentences done.</param>
    /// <exception cref="InputException">
    /// There is no sentence, an option is out of range, or the model is a language model, which has no codes.
    /// </exception>
    public ReconstructionReport MeasureReconstruction(
        ISentences sentences,
        ReconstructionMeasureOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        NeedCodes("reconstruct");
        using Evaluator evaluator = new(_pipeline, _codec);
        return evaluator.MeasureReconstruction(sentences, options, progress, cancellationToken);
    }

    /// <summary>Waits for the batch that is running on another thread; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _pipeline.Dispose();
        _network.Dispose();
        _network.Kernels.Dispose();
    }

    /// <exception cref="InputException">The model is a language model, which has no codes.</exception>
    internal void NeedCodes(string toDo)
    {
        if (_pipeline.Options.HasCode)
            return;
        string can = "this is a language model without a code: it can score and generate";
        throw new InputException($"{can}, but not {toDo}; give a model that was trained by another objective");
    }

    private Reconstruction[][] Reconstruct(EncodedBatch batch, ReconstructOptions options)
    {
        int samples = options.PosteriorMean ? 1 : options.Samples;
        Reconstruction[][] results = [.. batch.Codes.Select(_ => new Reconstruction[samples])];
        for (int sample = 0; sample < samples; sample++)
        {
            float[][] z = batch.Draw(options.PosteriorMean, options.Seed, sample);
            double[] nll = batch.Nll(z);
            long[] keys = [.. batch.Sentences.Select(sentence => (sentence.Index * samples) + sample)];
            WordSequence[][] found = batch.Decode(z, options.Decoding.Of(Text), options.Seed, keys);
            for (int i = 0; i < results.Length; i++)
            {
                Hypothesis[] beams = TextsOf(found[i]);
                (string text, double probability) = beams[0];
                Code code = batch.Codes[i];
                results[i][sample] = new Reconstruction(batch.Sentences[i].Text!, text, probability, nll[i], code.Kl, sample, beams)
                {
                    Words = code.Words,
                    UnknownWords = code.UnknownWords,
                };
            }
        }

        return results;
    }

    private static SentenceScore[] Score(EncodedBatch batch, ScoreOptions options)
    {
        double[] nll = batch.Nll(batch.Draw(options.PosteriorMean, options.Seed));
        return [.. batch.Codes.Select((code, i) =>
            new SentenceScore(nll[i], code.Kl, -(nll[i] + code.Kl), code.Words) { UnknownWords = code.UnknownWords })];
    }

    private Hypothesis[] TextsOf(WordSequence[] beams) =>
        [.. beams.Select(beam => new Hypothesis(_codec.Decode(beam.Words), beam.LogProbability))];

    private NumberedSentence Alone(string text) => new(WordsOf(text), 0, text);

    private IEnumerable<NumberedSentence> Read(IEnumerable<string> texts, string name)
    {
        ArgumentNullException.ThrowIfNull(texts, name);
        return Numbered();

        IEnumerable<NumberedSentence> Numbered()
        {
            long index = 0;
            foreach (string? text in texts)
            {
                if (text is null)
                    throw new InputException($"{name}[{index}] is null; expected a sentence");
                yield return new NumberedSentence(WordsOf(text, $"{name}[{index}]: "), index++, text);
            }
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
            : $"{where}{words.Length} {Text.Units} in \"{start}\"; expected one sentence, of at most {MaximumWords} {Text.Units}");
    }

    private IEnumerable<float[]> CheckSizes(IEnumerable<float[]> codes)
    {
        long index = 0;
        foreach (float[]? code in codes)
        {
            if (code is null)
                throw new InputException($"codes[{index}] is null; expected a code of {_pipeline.Options.LatentSize} elements");
            if (code.Length != _pipeline.Options.LatentSize)
                throw new InputException($"a code has {code.Length} elements; this model's codes have {_pipeline.Options.LatentSize}");
            if (code.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is int at and >= 0)
                throw new InputException($"codes[{index}][{at}] is {code[at]}; expected a finite number");
            index++;
            yield return code;
        }
    }
}
