using System.Text.Json;
using System.Text.Json.Nodes;
using Reprise.Studies;
using Reprise.Studies.Measuring;
using Reprise.Studies.Surveys;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Cli;

/// <summary>Every value of every JSON file, replaced by a hostile one: the file is refused in one line, or taken.</summary>
public sealed class HostileJsonTests : IDisposable
{
    private const int Picks = 3; // of the values, for each place

    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "1e13", "1e308", "-1e308", "1e999", "9223372036854775807", "18446744073709551616", "0.5",
        "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", new string('[', 40) + new string(']', 40), "@twice", "@gone",
    ];

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_run_with_any_value_in_its_files_is_described_or_refused()
    {
        TrainRun("run");
        foreach (string name in (string[])["config.json", "progress.json", "log.jsonl"])
            ForEachMutation(_temp[$"run/{name}"], () => Says("info", _temp["run"]));
    }

    [Fact]
    public void A_run_with_any_value_in_its_progress_or_log_goes_on_or_is_refused()
    {
        TrainRun("pristine");
        foreach (string name in (string[])["progress.json", "log.jsonl"])
        {
            string copy = Directory.CreateDirectory(_temp["copy"]).FullName;
            ForEachMutation(_temp[$"pristine/{name}"], () =>
            {
                foreach (string file in Directory.GetFiles(_temp["pristine"]))
                    File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
                Train(copy, steps: 5, RunMode.Resume);
            });
        }
    }

    [Fact]
    public void A_corpus_with_any_value_in_its_description_is_described_or_refused()
    {
        Toys.MakeCorpus(_temp, 60);
        ForEachMutation(_temp["corpus/corpus.json"], () => Says("info", _temp["corpus"]));
    }

    [Fact]
    public void A_study_with_any_value_in_its_files_is_reported_or_refused()
    {
        StudyOptions options = StudyOptions.Of(Presets.Small, Toys.Words) with
        {
            Model = Toys.Model,
            Training = Toys.Options,
            Measuring = new MeasuringOptions
            {
                Sentences = 9, Reconstructions = 9, Samples = 12, Paths = 2, PathSteps = 3,
                BeamWidth = 2, ImportanceSentences = 2, LatentSentences = 4,
            },
            Runs = [StudyRun.OfM(1)],
        };
        using (Study study = Study.Open(_temp["study"], options, Toys.Data))
        {
            study.Train(cancellationToken: TestContext.Current.CancellationToken);
            study.Measure(cancellationToken: TestContext.Current.CancellationToken);
            study.Report();
            string run = study.Runs[0].Run.Name;
            string[] lines = ["bounds", "importance", "drawn", "paths"];
            foreach (string name in (string[])["_corpus.json", $"{run}.json", .. lines.Select(file => $"{run}/{file}.jsonl")])
            {
                ForEachMutation(_temp[$"study/judged/{name}"], () =>
                {
                    MeasuredFolder measured = new(_temp["study"]);
                    measured.ReadCorpus();
                    measured.ReadAll(run);
                });
            }

            // All numbers of a file at once, so that the report, which takes longer, is made but a few times.
            string[] ofReport =
            [
                "judged/_corpus.json", $"judged/{run}.json", $"judged/{run}/bounds.jsonl", $"judged/{run}/importance.jsonl",
                $"judged/{run}/drawn.jsonl", $"runs/{run}/log.jsonl",
            ];
            foreach (string name in ofReport)
            {
                foreach (string number in (string[])["-1", "0", "1e308", "-1e308", "9223372036854775807", "2000000000"])
                    With(_temp[$"study/{name}"], text => ReplaceNumbers(text, number), $"all numbers {number}", () => study.Report());
            }
        }

        ForEachMutation(_temp["study/study.json"], () => StudyFile.Load(_temp["study/study.json"]).ToJson());
    }

    [Fact]
    public void A_questionnaire_with_any_value_in_its_key_or_answers_is_counted_or_refused()
    {
        Survey survey = SurveyBuilder.Preferences(
            [.. Enumerable.Range(0, 3).Select(i => $"input {i}")],
            [new("one", ["a", "b", "c"]), new("two", ["d", "e", "f"])]);
        survey.Save(_temp.Path, "table2");
        File.WriteAllText(_temp["answers.json"], new JsonObject
        {
            ["format"] = "reprise-answers/1",
            ["questionnaire"] = survey.Key.Questionnaire,
            ["answers"] = new JsonArray(
                [.. survey.Questions.Select(q => new JsonObject { ["person"] = "anna", ["question"] = q.Id, ["answer"] = "a" })]),
        }.ToJsonString());
        foreach (string name in (string[])["table2-key.json", "answers.json"])
            ForEachMutation(_temp[name], () => Says("survey", "analyse", _temp["answers.json"], "--key", _temp["table2-key.json"]));
    }

    private void TrainRun(string folder)
    {
        Train(_temp[folder], steps: 4, RunMode.New);
        JsonObject progress = JsonNode.Parse(File.ReadAllText(_temp[$"{folder}/progress.json"]))!.AsObject();
        progress.Remove("sha256"); // else every change is refused for it
        File.WriteAllText(_temp[$"{folder}/progress.json"], progress.ToJsonString());
    }

    private static void Train(string folder, int steps, RunMode mode)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Trainer.Train(Toys.Data, Toys.Model, Toys.Options with { Steps = steps }, folder, mode, cancellationToken: cancellation);
    }

    private static void Says(params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);
        if (run.Code == 0)
            run.Error.ShouldNotContain("reprise: ");
        else
            run.Complaint().Length.ShouldBeLessThan(1000);
    }

    /// <summary>Changes a file in every place, one after the other, and uses it.</summary>
    private static void ForEachMutation(string path, Action use)
    {
        bool hasLines = path.EndsWith(".jsonl", StringComparison.Ordinal);
        string[] documents = hasLines ? File.ReadAllLines(path) : [File.ReadAllText(path)];
        int number = 0;
        for (int line = 0; line < Math.Min(2, documents.Length); line++)
        {
            int places = Places(JsonNode.Parse(documents[line])!).Count();
            for (int place = 0; place < places; place++, number++)
            {
                for (int pick = 0; pick < Picks; pick++)
                {
                    string value = Values[((7 * number) + (4 * pick)) % Values.Length];
                    string changed = Mutated(documents[line], place, value);
                    string text = string.Join('\n', documents.Index().Select(d => d.Index == line ? changed : d.Item)) + "\n";
                    With(path, _ => text, $"place {place} of line {line}: {value}", use);
                }
            }
        }
    }

    private static void With(string path, Func<string, string> change, string what, Action use)
    {
        string before = File.ReadAllText(path);
        File.WriteAllText(path, change(before));
        try
        {
            use();
        }
        catch (InputException e)
        {
            e.Message.ShouldNotContain('\n');
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{Path.GetFileName(path)}, {what}: {e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            File.WriteAllText(path, before);
        }
    }

    private static string Mutated(string document, int place, string value)
    {
        JsonNode root = JsonNode.Parse(document)!;
        (JsonNode parent, string? name, int index) = Places(root).ElementAt(place);
        if (parent is JsonArray array)
        {
            if (value == "@gone")
                array.RemoveAt(index);
            else
                array[index] = "@here";
        }
        else if (value == "@gone")
        {
            parent.AsObject().Remove(name!);
        }
        else
        {
            value = value == "@twice" ? $"{parent[name!]?.ToJsonString() ?? "null"},\"{name}\":null" : value;
            parent[name!] = "@here";
        }

        return root.ToJsonString().Replace("\"@here\"", value == "@twice" ? "1,1" : value);
    }

    private static string ReplaceNumbers(string text, string number)
    {
        string[] documents = text.Contains("}\n{") ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text];
        return string.Concat(documents.Select(document => Replaced(document) + "\n"));

        string Replaced(string document)
        {
            JsonNode root = JsonNode.Parse(document)!;
            foreach ((JsonNode parent, string? name, int index) in Places(root).ToList())
            {
                JsonNode? value = name is null ? parent[index] : parent[name];
                if (name is not "judges" && value?.GetValueKind() == JsonValueKind.Number)
                    _ = name is null ? parent[index] = "@here" : parent[name] = "@here";
            }

            return root.ToJsonString().Replace("\"@here\"", number);
        }
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node)
    {
        IEnumerable<(string? Name, int Index, JsonNode? Child)> children = node switch
        {
            JsonObject json => json.Select(p => ((string?)p.Key, 0, p.Value)),
            JsonArray array => array.Select((child, i) => ((string?)null, i, child)),
            _ => [],
        };
        foreach ((string? name, int index, JsonNode? child) in children)
        {
            yield return (node, name, index);
            if (child is not null)
            {
                foreach ((JsonNode, string?, int) place in Places(child))
                    yield return place;
            }
        }
    }
}
