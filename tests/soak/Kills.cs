using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Reprise.Soak;

/// <summary>Kills trainings, studies and preparations at random moments; their results must equal uninterrupted ones.</summary>
internal sealed partial class Kills(World world, Findings findings, Random random)
{
    private const int MostKills = 8; // of one training; then it may end

    private static readonly string[] s_corpusFiles = ["corpus.json", "test.safetensors", "train.safetensors", "vocabulary.txt"];

    private Findings Findings => findings;

    public void Run(Deadline deadline)
    {
        string[] often = ["--checkpoint-every", "1", "--report-every", "3", "--evaluate-every", "7"];
        string[] training = [world.Corpus, "--steps", "150", "--seed", "11", .. often, .. World.Sizes];
        string[] study = [world.Corpus, .. World.StudyOptions];
        (string straightRun, string straightStudy) = (world.PathOf("straight-run"), world.PathOf("straight-study"));
        double trainSeconds = World.Must(["train", .. training, "--out", straightRun]).Seconds;
        double studySeconds = World.Must(["study", .. study, "--out", straightStudy]).Seconds;
        Preparation preparation = new(this, world);
        for (int round = 0; round == 0 || !deadline.IsOver; round++)
        {
            for (int i = 0; i < 4 && (i < 1 || !deadline.IsOver); i++)
                Again("train", "config.json", training, straightRun, trainSeconds);
            for (int i = 0; i < 10 && (i < 2 || !deadline.IsOver); i++)
                preparation.Once();
            Again("study", null, study, straightStudy, studySeconds);
        }
    }

    /// <summary>Starts a training or a study again and again, kills it, and compares its end with the uninterrupted one.</summary>
    /// <param name="begun">The file whose presence means that there is something to resume; null if the command knows by itself.</param>
    private void Again(string command, string? begun, string[] arguments, string straight, double seconds)
    {
        string folder = world.PathOf("killed");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        for (int kills = 0; ; kills++)
        {
            bool resumes = begun is not null && File.Exists(Path.Combine(folder, begun));
            string[] all = [command, .. resumes ? [arguments[0], "--resume", "--threads", "1"] : arguments, "--out", folder];
            Ended ended = kills < MostKills ? Command.KillAfter(Moment(seconds), all) : Command.Run(World.Patience * 10, all);
            if (ended.IsLate && kills < MostKills)
            {
                findings.Count($"kills: {command} killed");
                continue;
            }

            findings.Check(ended, $"after {kills} kills", 0);
            break;
        }

        findings.Count($"kills: {command} compared with one that was not killed");
        foreach (string file in World.Files(straight).Where(IsComparable))
        {
            if (!File.Exists(Path.Combine(folder, file)) || Hash(Path.Combine(folder, file)) != Hash(Path.Combine(straight, file)))
                findings.Violation($"{command} after kills: {file} is not that of the one that was not killed");
        }

        foreach (string left in Leftovers(folder))
            findings.Violation($"{command} after kills: {left} was left");
    }

    private TimeSpan Moment(double seconds) => TimeSpan.FromSeconds(0.1 + (random.NextDouble() * seconds));

    // The other files hold times.
    private static bool IsComparable(string file) =>
        file.EndsWith(".safetensors", StringComparison.Ordinal) || file is "vocabulary.txt" or "config.json" or "study.json";

    private static IEnumerable<string> Leftovers(string folder) =>
        Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path))
            .Where(name => Leftover().IsMatch(name));

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    [GeneratedRegex(@"\.tmp$|\.new$|\.lock$|\.prepare|\.scratch$")]
    private static partial Regex Leftover();

    /// <summary>Replaces a corpus by that of another text, and kills the replacement.</summary>
    private sealed class Preparation
    {
        private readonly Kills _kills;
        private readonly string _folder;
        private readonly string[] _texts;
        private readonly string[] _infos;
        private readonly double _seconds;
        private int _now;

        public Preparation(Kills kills, World world)
        {
            _kills = kills;
            _folder = world.PathOf("replaced");
            _texts = [world.Text, world.OtherText];
            _infos = [.. _texts.Select(text =>
            {
                World.Must(Arguments(text));
                return World.Must("info", _folder, "--json").Output;
            })];
            _seconds = World.Must(Arguments(_texts[0])).Seconds;
        }

        public void Once()
        {
            Findings findings = _kills.Findings;
            int next = 1 - _now;
            Ended ended = Command.KillAfter(_kills.Moment(_seconds), Arguments(_texts[next]));
            findings.Count($"kills: prepare {(ended.IsLate ? "killed" : "ended before it was killed")}");
            Ended info = Command.Run(World.Patience, "info", _folder, "--json");
            findings.Check(info, "after a killed prepare", 0);
            int found = Array.IndexOf(_infos, info.Output);
            if (found < 0)
                findings.Violation($"after a killed prepare: neither the old corpus nor the new one: {info.Output}{info.Errors}");
            findings.Count($"kills: prepare left {(found == next ? "the new corpus" : "the old corpus")}");
            findings.Check(Command.Run(World.Patience, Arguments(_texts[next])), "the same prepare again", 0);
            IEnumerable<string> names = Directory.GetFileSystemEntries(_folder).Select(path => Path.GetFileName(path));
            if (names.Except(s_corpusFiles).ToArray() is { Length: > 0 } strange)
                findings.Violation($"after a killed prepare and the next there is {string.Join(", ", strange)}");
            _now = next;
        }

        private string[] Arguments(string text) => ["prepare", text, "--format", "lines", "--out", _folder, "--overwrite", "--test", "0.2"];
    }
}
