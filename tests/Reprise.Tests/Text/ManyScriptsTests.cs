using System.IO.Compression;
using Reprise.Evaluation;
using Reprise.Model;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Text;

/// <summary>Texts of many scripts: prepared, trained on, and reconstructed as they were.</summary>
public sealed class ManyScriptsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    public static TheoryData<string, string, string, string> Scripts => new()
    {
        {
            "Chinese", "我|你|他们|老师|那只猫|邻居", "喜欢|看见了|正在找|不认识|等着|画了",
            "那本书。|旧房子。|花园里的狗。|新来的学生？|山上的月亮。|三朵花！"
        },
        {
            "Japanese", "私は|先生は|小さな猫が|隣の人は|学生たちは|鳥が",
            "新しい|古い|赤い|静かな|大きな|遠い",
            "本を読みます。|家を見ました。|山が好きです。|庭にいます。|駅へ行った。|海を渡る。"
        },
        {
            "Thai", "ผมชอบ|เธอเห็น|แมวกิน|ครูอ่าน|เด็กถือ|เราหา",
            "หนังสือ|ปลา|ดอกไม้|ข้าว|บ้าน|จดหมาย",
            "เล่มใหม่|ในสวน|ของพ่อ|ทุกวัน|ที่นี่|ไม่ได้"
        },
        {
            "Arabic", "القط |الرجل |المعلمة |الولد |الجار |الطائر ",
            "يرى |يحب |يسمع |يكتب عن |يبحث عن |يرسم ",
            "البيت القديم.|الكتاب الجديد.|الشجرة.|البحر؟|القمر.|الحديقة الكبيرة."
        },
        {
            "Turkish", "Öğretmen |Küçük kedi |Komşumuz |Çocuklar |İyi şoför |Yağmur ",
            "güzel bir |eski bir |büyük bir |ışıklı bir |sessiz bir |uzak bir ",
            "evi görüyor.|kitabı okuyor.|ağacı çiziyor mu?|köprüyü geçiyor.|şehri bekliyor.|gölü dinliyor."
        },
        {
            "Korean", "고양이가 |선생님이 |학생들이 |이웃이 |아이가 |새가 ",
            "오래된 |새로운 |조용한 |커다란 |작은 |먼 ",
            "집을 봅니다.|책을 읽어요.|나무를 그립니다.|바다를 건너요.|꽃을 찾습니다.|길을 묻나요?"
        },
        {
            "emoji", "👩‍🚀 |🧑🏽‍🍳 |🐈‍⬛ |🇨🇭 |👨‍👩‍👧 |🦊 ",
            "❤️ |👀 |🚴 |🎨 |📖 |➡️ ",
            "🌍🌕|🍎🍐🍊|🏠🌳|🎻🎺|⛰️❄️|🚂🚋🚋"
        },
        {
            "code", "for (int i = 0; |if (!ready) { |return |var x = |using (|    while (true) ",
            "list[i] += |Math.Max(a, |this._count -= |await Run(|s.Split(',')|p->next = ",
            "42; }|b);|0xFF;|\"\\t\";|null ?? y;|i++);"
        },
        {
            "log lines", "2031-12-24T10:30:59Z |[worker-7] |ERROR |pid=4711 |192.0.2.17 - - |<13>Jan  1 ",
            "GET /a/b?c=d |job=42 retry=3 |disk 91% full |user \"anna\" |lock timeout |cache miss ",
            "took 1234ms|-> 404|at 0x7ffe12|(attempt 2/5)|in 0.03s|skipped"
        },
    };

    [Theory, MemberData(nameof(Scripts))]
    public void Text_of_any_script_is_learnt_and_comes_back_as_it_was(string name, string first, string second, string third)
    {
        string[] lines = [.. from a in first.Split('|') from b in second.Split('|') from c in third.Split('|') select a + b + c];
        using Corpus corpus = Prepared(name, lines, TokenizerKind.Bpe);
        corpus.Info.Warnings.ShouldBeEmpty();
        using SentenceModel trained = Trained(corpus, 700);
        ReconstructionReport report = trained.MeasureReconstruction(
            corpus.Test, cancellationToken: TestContext.Current.CancellationToken);
        report.WordAccuracy.ShouldBeGreaterThan(0.75, $"{report}");
        report.ExactMatch.ShouldBeGreaterThan(0.2, $"{report}");
        EvaluationReport measures = trained.Evaluate(corpus.Test, cancellationToken: TestContext.Current.CancellationToken);
        measures.NatsPerByte!.Value.ShouldBeInRange(0.01, 1.5);
        measures.WordPerplexity!.Value.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("train.de.gz", TokenizerKind.Bpe)]
    [InlineData("train.fr.gz", TokenizerKind.Bpe)]
    [InlineData("train.de.gz", TokenizerKind.Characters)]
    public void Captions_are_learnt_by_heart(string file, TokenizerKind kind)
    {
        string? corpora = Environment.GetEnvironmentVariable("REPRISE_CORPORA");
        string path = Path.Combine(corpora ?? "", "multi30k", file);
        Assert.SkipUnless(corpora is not null && File.Exists(path), $"REPRISE_CORPORA is not set to a folder with multi30k/{file}");
        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        List<string> lines = [];
        while (lines.Count < 200 && reader.ReadLine() is { } line)
        {
            if (line.Length <= 55)
                lines.Add(line);
        }

        using Corpus corpus = Prepared(file, lines, kind);
        using SentenceModel trained = Trained(corpus, 900);
        SentenceCodec codec = new(corpus.Vocabulary, corpus.Info.Text);
        int whole = Enumerable.Range(0, 100).Count(i =>
        {
            string text = codec.Decode(corpus.Train.WordsAt(i));
            return trained.Reconstruct(text, new() { PosteriorMean = true, Decoding = new() { BeamWidth = 1 } }).Output == text;
        });
        whole.ShouldBeGreaterThan(kind == TokenizerKind.Bpe ? 50 : 10);
    }

    private Corpus Prepared(string name, IReadOnlyList<string> lines, TokenizerKind kind)
    {
        PrepareOptions prepare = new()
        {
            Inputs = [_temp.Write($"{name}.txt", string.Join('\n', lines))],
            Format = TextFormat.Lines,
            Text = new TextOptions { Tokenizer = kind },
            VocabularySize = 500,
            MinimumWords = 1,
            MaximumWords = 80,
        };
        CorpusInfo info = Prepare.Corpus(prepare, _temp["corpus"]);
        (info.Counts.Kept, info.Counts.UnknownWords).ShouldBe((lines.Count, 0));
        return Corpus.Open(_temp["corpus"]);
    }

    private SentenceModel Trained(Corpus corpus, long steps)
    {
        ModelOptions model = new()
        {
            VocabularySize = corpus.Vocabulary.Count,
            EmbeddingSize = 32,
            HiddenSize = 64,
            LatentSize = 16,
            LatentInput = LatentInput.EveryStepAndSoftmax,
            BidirectionalEncoder = true,
            TieEmbeddings = true,
        };
        TrainingOptions options = new()
        {
            Steps = steps,
            BatchSize = 16,
            LearningRate = 0.01,
            Decay = 0.3,
            WordDropRate = 0,
            Objective = Objective.AutoGen(9),
            EvaluateEvery = 0,
        };
        Trainer.Train(corpus, model, options, _temp["run"], cancellationToken: TestContext.Current.CancellationToken);
        return SentenceModel.Load(_temp["run"]);
    }
}
