namespace Reeve.Cli.Client;

/// <summary>A server with what is needed to call it, under a name.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Server">The server's URL.</param>
internal sealed record ServerContext(string Name, string Server)
{
    /// <summary>Whose; null for the default.</summary>
    public string? Tenant { get; init; }

    /// <summary>Which project; null for what each verb takes by itself.</summary>
    public string? Project { get; init; }

    /// <summary>The token itself.</summary>
    public string? Token { get; init; }

    /// <summary>The file that holds the token, read at each call.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The token to send, or null; throws a <see cref="VerbException"/> when its file cannot be read.</summary>
    public string? ReadToken()
    {
        if (TokenFile is not { } file)
        {
            return Token;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"reeve: context `{Name}`: token_file: `{file}` cannot be read", ExitCode.CouldNotRun);
        }
    }
}
