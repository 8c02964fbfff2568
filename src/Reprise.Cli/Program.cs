using Reprise.Cli;

using Interruption interruption = Interruption.OfProcess();
Terminal terminal = Terminal.OfProcess();
int code = Application.Run(args, terminal, interruption.Token);
terminal.Flush();
return code;
