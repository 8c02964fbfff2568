using System.CommandLine;

RootCommand root = new("Sentences in a latent space: prepare text, train sentence autoencoders, use them.");
return root.Parse(args).Invoke();
