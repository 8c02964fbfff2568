using System.Text.Json.Nodes;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void All_problems_are_named_at_once()
    {
        TrainingOptions bad = new()
        {
            BatchSize = 0, LearningRate = double.NaN, ClipNorm = -1, WordDropRate = 1.5, ReportEvery = 0, CheckpointMinutes = double.NaN,
            Epochs = 0, Minutes = 0,
        };
        string message = Should.Throw<InputException>(bad.Validate).Message;
        foreach (string name
            in (string[])["batchSize", "learningRate", "clipNorm", "wordDropRate", "reportEvery", "checkpointMinutes", "epochs", "minutes"])
            message.ShouldContain($"{name} is ");
    }

    [Fact]
    public void A_run_without_an_end_is_refused() =>
        Should.Throw<InputException>(new TrainingOptions().Validate).Message.ShouldContain("neither steps nor epochs nor minutes");

    [Fact]
    public void Options_come_back_from_their_json()
    {
        TrainingOptions options = new()
        {
            Steps = 5, ClipNorm = null, WordDropKind = WordDropKind.Zero, Seed = ulong.MaxValue, LearningRate = 0.1,
            Objective = Objective.Vae,
        };
        JsonObject json = JsonNode.Parse(options.ToJson().ToJsonString())!.AsObject();
        TrainingOptions.FromJson(json, Objective.Vae, "here").ShouldBe(options);
    }

    [Theory]
    [InlineData("""{"steps": "many"}""")]
    [InlineData("""{"steps": 1, "batchSize": 0}""")]
    [InlineData("""{"steps": 1, "wordDropKind": "half"}""")]
    public void Unsound_json_is_refused_with_its_place(string json) =>
        Should.Throw<InputException>(() => TrainingOptions.FromJson(JsonNode.Parse(json)!.AsObject(), Objective.Vae, "a/config.json"))
            .Message.ShouldStartWith("a/config.json: training");

    [Fact]
    public void Presets_are_sound_and_found_by_their_names()
    {
        foreach (Preset preset in Presets.All)
        {
            Presets.Named(preset.Name).ShouldBe(preset);
            preset.Model(1234).VocabularySize.ShouldBe(1234);
            preset.Model(preset.Words + 3).ShouldBe(preset.Template);
            preset.Template.Problems().ShouldBeEmpty();
            (preset.Training with { Steps = 1 }).Problems().ShouldBeEmpty();
        }

        Should.Throw<InputException>(() => Presets.Named("huge")).Message.ShouldContain("paper, standard, small");
    }

    [Fact]
    public void The_papers_preset_is_the_papers()
    {
        Presets.Paper.Template.ToString().ShouldBe(
            "ModelOptions { VocabularySize = 20003, EmbeddingSize = 300, HiddenSize = 500, LatentSize = 50, TieEmbeddings = True, "
            + "EncoderLayers = 1, BidirectionalEncoder = False, EncoderPooling = Last, PosteriorLayers = 2, MeanNormalization = 0, "
            + "DecoderLayers = 1, LatentInput = FirstToken }");
        const string training = """
            {"autoencoderSteps":0,"klWarmUpSteps":0,"targetKl":null,"targetAccuracy":null,"steps":null,"epochs":null,"minutes":null,
            "batchSize":200,"optimizer":"adam","weightDecay":0,"momentum":0,"averageDecay":0,"learningRate":0.0001,"warmUpSteps":0,
            "decay":0,"decayCurve":"linear","halveAfter":0,"patience":0,"keepBest":false,"clipNorm":null,"wordDropRate":0.3,
            "encoderWordDropRate":0,"wordDropKind":"unknown","dropWholeWords":false,"embeddingDropout":0,"outputDropout":0,
            "codeDropout":0,"variationalDropout":false,"poolBatches":64,"seed":1,"reportEvery":10,"evaluateEvery":1000,
            "evaluateEarly":false,"evaluationSentences":1000,"checkpointEvery":0,"checkpointMinutes":10}
            """;
        Presets.Paper.Training.ToJson().ToJsonString().ShouldBe(training.ReplaceLineEndings(""));
    }
}
