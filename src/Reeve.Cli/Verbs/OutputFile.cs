using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary>A file that a verb is to write, looked at before the work begins.</summary>
internal static class OutputFile
{
    /// <summary>Throws a <see cref="VerbException"/> when a folder stands there, or the folder that it is to lie in is not there.</summary>
    public static void Check(string verb, string path)
    {
        if (Directory.Exists(path))
        {
            throw new VerbException($"{verb}: {Quote.Text(path)} is a folder; name the file to write", ExitCode.WrongInput);
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new VerbException($"{verb}: {Quote.Text(path)}: there is no folder {Quote.Text(folder)}", ExitCode.WrongInput);
        }
    }
}
