namespace Reeve.Server.Hosting;

/// <summary>The mail server that the email actor hands mail to.</summary>
public sealed class MailOptions
{
    /// <summary>Its host.</summary>
    public required string Host { get; init; }

    /// <summary>Its port. The default value is 25.</summary>
    public int Port { get; init; } = 25;

    /// <summary>The address that mail comes from unless a step says another.</summary>
    public required string From { get; init; }

    /// <summary>Is the connection encrypted? The default value is no.</summary>
    public bool Tls { get; init; }

    /// <summary>The user to sign in as; null: nobody.</summary>
    public string? User { get; init; }

    /// <summary>The variable of Reeve's environment that holds the password; null when there is no user.</summary>
    public string? PasswordVariable { get; init; }
}
