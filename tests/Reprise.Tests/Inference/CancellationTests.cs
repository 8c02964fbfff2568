using System.Reflection;
using System.Text.RegularExpressions;
using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Tests.House;
using Reprise.Tests.Kernels;
using Reprise.Text;

namespace Reprise.Tests.Inference;

/// <summary>A call is cancelled by its token, soon, and the model works afterwards as before.</summary>
public sealed partial class CancellationTests : IDisposable
{
    private const int Batch = SentenceEngine.BatchSize;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly DecodingOptions Searched = new() { BeamWidth = 3, MaximumWords = 30 };
    private static readonly DecodingOptions Drawn = new() { Sampling = new(), MaximumWords = 30 };

    private static readonly Dictionary<string, Action<SentenceModel, CancellationToken>> Calls = new()
    {
        ["encode one"] = (model, token) => model.Encode("w3 w4", token),
        ["encode"] = (model, token) => model.Encode(["w3 w4"], token).ToArray(),
        ["reconstruct one"] = (model, token) => model.Reconstruct("w3 w4", cancellationToken: token),
        ["reconstruct"] = (model, token) => model.Reconstruct(["w3 w4"], cancellationToken: token).ToArray(),
        ["generate"] = (model, token) => model.Generate(1, cancellationToken: token).ToArray(),
        ["decode"] = (model, token) => model.Decode([new float[3]], cancellationToken: token).ToArray(),
        ["interpolate"] = (model, token) => model.Interpolate("w3", "w4", cancellationToken: token),
        ["score"] = (model, token) => model.Score(["w3 w4"], cancellationToken: token).ToArray(),
        ["nearest"] = (model, token) => model.Nearest("w3", ["w4"], cancellationToken: token),
        ["evaluate"] = (model, token) => model.Evaluate(Sentences(1), cancellationToken: token),
        ["measure reconstruction"] = (model, token) => model.MeasureReconstruction(Sentences(1), cancellationToken: token),
    };

    private readonly ForeignModel _folder = ForeignModel.Write("first-token-tied", addedToEndOfSentence: -1000); // no sentence ends
    private readonly FakeDevice _device = new();
    private readonly SentenceModel _model;
    private int _reads;

    public CancellationTests()
    {
        _model = _folder.Load(_device);
        _device.HasRead = () => _reads++;
    }

    public static TheoryData<string> CallNames => [.. Calls.Keys];

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(CallNames))]
    public void A_call_with_a_cancelled_token_throws_before_it_works(string name)
    {
        Should.Throw<OperationCanceledException>(() => Calls[name](_model, new CancellationToken(canceled: true)));
        _reads.ShouldBe(0);
        Should.NotThrow(() => Calls[name](_model, CancellationToken.None));
        _reads.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(typeof(SentenceModel))]
    [InlineData(typeof(Evaluator))]
    public void Every_method_that_works_takes_a_token_at_its_end(Type type)
    {
        MethodInfo[] methods = [.. type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName && method.Name != nameof(IDisposable.Dispose))];
        methods.ShouldNotBeEmpty();
        methods.Where(method => method.GetParameters()[^1].ParameterType != typeof(CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public void Encoding_ends_after_the_batch_in_which_it_was_cancelled()
    {
        string[] texts = Texts(3 * Batch);
        float[][] before = Means(texts, CancellationToken.None);
        int all = _reads;
        using CancellationTokenSource source = new();
        CancelAtRead(1, source); // of a mean; the second is of the log variances

        Should.Throw<OperationCanceledException>(() => Means(texts, source.Token));

        _reads.ShouldBe(2);
        all.ShouldBe(6);
        Means(texts, CancellationToken.None).ShouldBe(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decoding_ends_at_the_word_at_which_it_was_cancelled(bool drawn)
    {
        DecodingOptions options = drawn ? Drawn : Searched;
        Hypothesis[] before = Generated(CancellationToken.None);
        _reads.ShouldBe(options.MostWords);
        using CancellationTokenSource source = new();
        CancelAtRead(7, source);

        Should.Throw<OperationCanceledException>(() => Generated(source.Token));

        _reads.ShouldBe(7);
        Generated(CancellationToken.None).ShouldBe(before);

        Hypothesis[] Generated(CancellationToken token) => [.. _model.Generate(20, new GenerateOptions { Decoding = options }, token)];
    }

    [Fact]
    public void An_evaluation_ends_at_the_report_that_cancels_it()
    {
        SentenceList sentences = Sentences(3 * Batch);
        EvaluationOptions options = new() { ImportanceSamples = 2, ImportanceSentences = 50 };
        EvaluationReport before = _model.Evaluate(sentences, options);
        using CancellationTokenSource source = new();
        Reports reports = new(source);

        Should.Throw<OperationCanceledException>(() => _model.Evaluate(sentences, options, reports, source.Token));

        reports.Seen.ShouldBe([Batch]);
        _model.Evaluate(sentences, options).ShouldBe(before);
    }

    [Fact]
    public void Estimates_of_an_evaluation_end_after_the_batch_in_which_they_were_cancelled()
    {
        SentenceList sentences = Sentences(1);
        EvaluationOptions options = new() { ImportanceSamples = 10_000 };
        EvaluationReport before = _model.Evaluate(sentences, options);
        int all = _reads;
        using CancellationTokenSource source = new();
        CancelAtRead(4, source); // of the first draws; two reads are the code's, and one is the nll's

        Should.Throw<OperationCanceledException>(() => _model.Evaluate(sentences, options, cancellationToken: source.Token));

        _reads.ShouldBe(4);
        all.ShouldBeGreaterThan(6);
        _model.Evaluate(sentences, options).ShouldBe(before);
    }

    [Fact]
    public void A_measurement_of_reconstruction_ends_at_the_report_that_cancels_it()
    {
        SentenceList sentences = Sentences(3 * Batch);
        ReconstructionMeasureOptions options = new() { Decoding = new() { BeamWidth = 1, MaximumWords = 3 } };
        ReconstructionReport before = _model.MeasureReconstruction(sentences, options);
        using CancellationTokenSource source = new();
        Reports reports = new(source);

        Should.Throw<OperationCanceledException>(() => _model.MeasureReconstruction(sentences, options, reports, source.Token));

        reports.Seen.ShouldBe([Batch]);
        _model.MeasureReconstruction(sentences, options).ShouldBe(before);
    }

    [Fact]
    public void A_call_that_waits_for_its_turn_is_abandoned_while_another_works()
    {
        using CancellationTokenSource source = new();
        bool abandoned = false;
        _device.HasRead = () =>
        {
            _device.HasRead = null;
            Task waiting = Task.Run(() => _model.Encode("w3", source.Token), TestContext.Current.CancellationToken);
            source.Cancel();
            abandoned = Should.Throw<AggregateException>(() => waiting.Wait(Patience)).InnerException is OperationCanceledException;
        };

        _model.Encode("w4").Words.ShouldBe(1);

        abandoned.ShouldBeTrue();
    }

    [Fact]
    public void A_cancelled_caller_leaves_the_results_of_others_alone()
    {
        string[] texts = Texts(2 * Batch);
        ReconstructOptions options = new() { Decoding = Searched with { MaximumWords = 4 } };
        string[] alone = [.. _model.Reconstruct(texts, options).Select(Line)];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, caller =>
        {
            if (caller % 2 == 0)
                _model.Reconstruct(texts, options).Select(Line).ShouldBe(alone);
            else
                Should.Throw<OperationCanceledException>(() => CancelledAfterOne(texts, options));
        });

        void CancelledAfterOne(string[] texts, ReconstructOptions options)
        {
            using CancellationTokenSource source = new();
            foreach (Reconstruction _ in _model.Reconstruct(texts, options, source.Token))
                source.Cancel();
        }

        static string Line(Reconstruction reconstruction) => $"{reconstruction.Output} {reconstruction.Nll:R}";
    }

    [Fact]
    public void No_progress_of_the_project_cancels()
    {
        string[] progress = [.. Repository.TrackedFiles()
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => File.ReadAllText(Repository.PathOf(path)))
            .SelectMany(text => ProgressClass().Matches(text).Concat(Callback().Matches(text)))
            .Select(match => match.Value)];
        progress.Length.ShouldBeGreaterThan(5);
        progress.Where(code => code.Contains("throw", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    private static string[] Texts(int count) => [.. Enumerable.Range(0, count).Select(i => $"w{3 + (i % 17)} w{3 + (i % 5)}")];

    private static SentenceList Sentences(int count) => new(Enumerable.Range(0, count).Select(i => (int[])[3 + (i % 17), 3 + (i % 5)]));

    private float[][] Means(string[] texts, CancellationToken token) => [.. _model.Encode(texts, token).Select(code => code.Mean)];

    private void CancelAtRead(int read, CancellationTokenSource source)
    {
        _reads = 0;
        _device.HasRead = () =>
        {
            if (++_reads == read)
                source.Cancel();
        };
    }

    // A class to its closing brace, and a lambda to the end of its statement.
    [GeneratedRegex(@"^( *)\S[^\n]*class [^\n]*: IProgress<.*?^\1\}", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ProgressClass();

    [GeneratedRegex(@"new(?: Callback<\w+>)?\((?:\w+|_) =>.*?;\r?\n", RegexOptions.Singleline)]
    private static partial Regex Callback();

    private sealed class Reports(CancellationTokenSource source) : IProgress<long>
    {
        public List<long> Seen { get; } = [];

        public void Report(long value)
        {
            Seen.Add(value);
            source.Cancel();
        }
    }
}
