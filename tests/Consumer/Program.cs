// A program that uses the library, to be published trimmed or compiled ahead of time:  Consumer TEXT FOLDER
// Prepares a text, trains three steps, loads the model and uses it. Prints what a build of it without trimming prints, too.
using System.Globalization;
using Reprise;
using Reprise.Inference;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
(string text, string folder) = (args[0], args[1]);
(string corpusFolder, string run) = (Path.Combine(folder, "corpus"), Path.Combine(folder, "run"));

CorpusBuilder.Build(new PrepareOptions { Inputs = [text], Format = TextFormat.Lines }, corpusFolder);
using (Corpus corpus = Corpus.Open(corpusFolder))
using (ComputeDevice device = ComputeDevice.Cpu(threads: 1))
{
    TrainingOptions options = Presets.Small.Training with { Steps = 3, ReportEvery = 1, EvaluateEvery = 3 };
    TrainingResult result = Trainer.Train(corpus, Presets.Small.Model(corpus.Vocabulary.Count), options, run, device: device);
    TrainingReport? test = result.LastEvaluation;
    Console.WriteLine($"{corpus.Info.Counts.Kept} sentences, {result.Step} steps, held out: nll {test?.Nll}, kl {test?.Kl}");
    Trainer.Train(corpus, Presets.Small.Model(corpus.Vocabulary.Count), options with { Steps = 4 }, run, RunMode.Resume, device);
}

string sentence = File.ReadLines(text).First();
using SentenceModel model = SentenceModel.Load(run, ComputeDevice.Cpu(threads: 1));
Console.WriteLine($"code: {string.Join(' ', model.Encode(sentence).Mean)}");
Reconstruction again = model.Reconstruct(sentence, new ReconstructOptions { PosteriorMean = true });
Console.WriteLine($"reconstruction: {again.Output} ({again.LogProbability}, nll {again.Nll}, kl {again.Kl})");
SentenceScore score = model.Score([sentence]).Single();
Console.WriteLine($"score: nll {score.Nll}, kl {score.Kl}, elbo {score.Elbo}");
