// Says a sentence again from its code:  dotnet run --project samples/Reconstruct -- RUN SENTENCE
using Reprise;
using Reprise.Inference;

(string runFolder, string sentence) = (args[0], args[1]);

#region reconstruct
using SentenceModel model = SentenceModel.Load(runFolder);

Reconstruction again = model.Reconstruct(sentence, new ReconstructOptions { PosteriorMean = true });
Console.WriteLine($"{again.Input} -> {again.Output}   (nll {again.Nll:F1}, kl {again.Kl:F1} nats)");

foreach (Hypothesis said in model.Generate(count: 5))
    Console.WriteLine(said.Text);
#endregion
