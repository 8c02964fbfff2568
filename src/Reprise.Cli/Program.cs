Console.Error.WriteLine("reprise: no command yet");
return 2;
