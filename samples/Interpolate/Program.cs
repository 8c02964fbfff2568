// Walks from one sentence to another:  dotnet run --project samples/Interpolate -- RUN FROM TO
using Reprise;
using Reprise.Inference;

(string runFolder, string from, string to) = (args[0], args[1], args[2]);

using SentenceModel model = SentenceModel.Load(runFolder);

foreach (InterpolationStep step in model.Interpolate(from, to, new InterpolateOptions { Steps = 10 }))
    Console.WriteLine($"{step.Step}  {step.Text}");
