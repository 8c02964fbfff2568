using System.Text.Json.Nodes;
using Reprise.Benchmarks;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Training;
using Spectre.Console;

namespace Reprise.Cli.Rendering;

/// <summary>The results of <c>bench</c> as tables and as JSON.</summary>
internal static class SpeedTables
{
    /// <summary>The machine and its memory in a few lines.</summary>
    public static IEnumerable<string> Lines(SpeedReport report)
    {
        string ownPeak = Format.Number(report.BackEndPeakGflops, 0);
        string own = report.BackEndPeakGflops == report.FmaPeakGflops ? "" : $" ({ownPeak} in the vectors of this back end)";
        (string peak, string bandwidth) = (Format.Number(report.FmaPeakGflops, 0), Format.Number(report.MemoryBandwidthGbs, 1));
        yield return $"peak of this machine: {peak} GFLOP/s{own}, {bandwidth} GB/s of memory";
        string decoding = report.Tasks is { } tasks ? $"; after decoding at most {Format.Number(tasks.PeakRssMegabytes, 0)} MB" : "";
        (string bytes, string memory) = (Format.Count(report.Step.AllocatedBytes), Format.Number(report.Step.PeakRssMegabytes, 0));
        yield return $"training: {bytes} bytes allocated a step, at most {memory} MB of memory{decoding}";
    }

    /// <summary>A training step and its parts, then the matrix products by themselves.</summary>
    public static Table Parts(SpeedReport report)
    {
        Table table = Tables.Columns("part", "#seconds", "#of step", "#GFLOP/s", "#of peak", "#GB/s", "#of memory");
        foreach (PartSpeed part in report.Parts)
            Add(table, part);
        StepSpeed step = report.Step;
        Add(table, new PartSpeed("training step", step.Seconds, 1, step.Gflops, step.ShareOfPeak, null, null));
        foreach (PartSpeed product in report.Products)
            Add(table, product with { Name = $"product {product.Name}" });
        return table;
    }

    /// <summary>Whole tasks, in sentences per second.</summary>
    public static Table Tasks(SpeedReport report, SpeedOptions options)
    {
        Table table = Tables.Columns("task", "#sentences/s", "#GFLOP/s", "#of peak");
        foreach ((string name, SentenceSpeed speed) in TasksOf(report, options))
        {
            int decimals = speed.SentencesPerSecond < 100 ? 2 : 0;
            table.Row(
                name,
                Format.Number(speed.SentencesPerSecond, decimals),
                Format.Number(speed.Gflops, 1),
                Format.Percent(speed.ShareOfPeak));
        }

        return table;
    }

    /// <summary>Ratios of the speed of all threads to that of one.</summary>
    public static Table Scaling(SpeedReport report, SpeedReport oneThread, SpeedOptions options)
    {
        Table table = Tables.Columns("", $"#{options.Threads} : 1 threads");
        table.Row("peak", Format.Number(report.FmaPeakGflops / oneThread.FmaPeakGflops));
        table.Row("memory", Format.Number(report.MemoryBandwidthGbs / oneThread.MemoryBandwidthGbs));
        foreach ((PartSpeed product, PartSpeed single) in report.Products.Zip(oneThread.Products))
            table.Row($"product {product.Name}", Format.Number(single.Seconds / product.Seconds));
        foreach (((string name, SentenceSpeed speed), (_, SentenceSpeed single))
            in TasksOf(report, options).Zip(TasksOf(oneThread, options)))
        {
            table.Row(name, Format.Number(speed.SentencesPerSecond / single.SentencesPerSecond));
        }

        return table;
    }

    public static JsonObject JsonOf(
        SpeedReport report, SpeedReport? oneThread, Preset preset, ModelOptions model, TrainingOptions training, string device,
        SpeedOptions options)
    {
        JsonObject json = JsonOf(report, options);
        json["preset"] = preset.Name;
        json["model"] = JsonOf(model);
        json["batch"] = training.BatchSize;
        json["backEnd"] = device;
        if (oneThread is not null)
            json["oneThread"] = JsonOf(oneThread, options with { Threads = 1 });
        return json;
    }

    public static JsonObject JsonOf(ModelOptions model) => new()
    {
        ["v"] = model.VocabularySize,
        ["e"] = model.EmbeddingSize,
        ["h"] = model.HiddenSize,
        ["z"] = model.LatentSize,
        ["tied"] = model.TieEmbeddings,
        ["posteriorLayers"] = model.PosteriorLayers,
        ["latentInput"] = Json.NameOf(model.LatentInput),
        ["encoderLayers"] = model.EncoderLayers,
        ["bidirectionalEncoder"] = model.BidirectionalEncoder,
        ["encoderPooling"] = Json.NameOf(model.EncoderPooling),
        ["decoderLayers"] = model.DecoderLayers,
    };

    private static JsonObject JsonOf(SpeedReport report, SpeedOptions options)
    {
        JsonObject json = StepOf(report, options);
        if (report.Tasks is { } tasks)
        {
            json["products"] = JsonOf(report.Products);
            json["encode"] = JsonOf(tasks.Encode);
            json["greedy"] = JsonOf(tasks.Greedy);
            json["beam"] = JsonOf(tasks.Beam, ("width", options.BeamWidth));
            json["importance"] = JsonOf(tasks.Importance, ("samples", SpeedTest.ImportanceSamples));
            json["decodingPeakRssMb"] = tasks.PeakRssMegabytes;
        }

        return json;
    }

    private static JsonObject StepOf(SpeedReport report, SpeedOptions options) => new()
    {
        ["threads"] = options.Threads,
        ["fmaPeakGflops"] = report.FmaPeakGflops,
        ["backEndPeakGflops"] = report.BackEndPeakGflops,
        ["memoryBandwidthGbs"] = report.MemoryBandwidthGbs,
        ["step"] = new JsonObject
        {
            ["seconds"] = report.Step.Seconds,
            ["gflops"] = report.Step.Gflops,
            ["shareOfPeak"] = report.Step.ShareOfPeak,
            ["sentencesPerSecond"] = report.Step.SentencesPerSecond,
            ["tokensPerSecond"] = report.Step.TokensPerSecond,
            ["peakRssMb"] = report.Step.PeakRssMegabytes,
            ["allocatedBytes"] = report.Step.AllocatedBytes,
        },
        ["parts"] = JsonOf(report.Parts),
    };

    private static JsonArray JsonOf(IReadOnlyList<PartSpeed> parts) =>
        new([.. parts.Select(part => Json.Object(part, CliJson.Types.PartSpeed))]);

    private static JsonObject JsonOf(SentenceSpeed speed, params ReadOnlySpan<(string Name, int Value)> of)
    {
        JsonObject json = Json.Object(speed, CliJson.Types.SentenceSpeed);
        foreach ((string name, int value) in of)
            json.Insert(0, name, value);
        return json;
    }

    private static (string Name, SentenceSpeed Speed)[] TasksOf(SpeedReport report, SpeedOptions options)
    {
        StepSpeed step = report.Step;
        (string, SentenceSpeed) training = ("training", new SentenceSpeed(step.SentencesPerSecond, step.Gflops, step.ShareOfPeak));
        return report.Tasks is not { } tasks
            ? [training]
            :
            [
                training,
                ("encoding, 200 at once", tasks.Encode),
                ("greedy decoding, 15 words, 100 at once", tasks.Greedy),
                ($"beam search of {options.BeamWidth}, 15 words, 100 at once", tasks.Beam),
                ($"log-likelihood, {SpeedTest.ImportanceSamples} samples", tasks.Importance),
            ];
    }

    private static void Add(Table table, PartSpeed part) => table.Row(
        part.Name,
        Format.Number(part.Seconds, 4),
        part.ShareOfStep is { } share ? Format.Percent(share) : "",
        part.Gflops is { } gflops ? Format.Number(gflops, 1) : "",
        part.ShareOfPeak is { } ofPeak ? Format.Percent(ofPeak) : "",
        part.Gbs is { } gbs ? Format.Number(gbs, 1) : "",
        part.ShareOfBandwidth is { } ofBandwidth ? Format.Percent(ofBandwidth) : "");
}
