using Reprise.Cli;

using Interruption interruption = Interruption.OfProcess();
return Application.Run(args, Terminal.OfProcess(), interruption.Token);
