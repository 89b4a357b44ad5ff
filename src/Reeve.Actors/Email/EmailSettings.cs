using Reeve.Actors.Outbound;

namespace Reeve.Actors.Email;

/// <summary>The mail server that the operator named.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="From">The sender of mails that name none.</param>
public sealed record EmailSettings(string Host, string From)
{
    /// <summary>Its port; 25 by default.</summary>
    public int Port { get; init; } = 25;

    /// <summary>Must the connection be encrypted (STARTTLS) before anything is sent? No by default.</summary>
    public bool Tls { get; init; }

    /// <summary>Who to log in as; nobody by default.</summary>
    public string? User { get; init; }

    /// <summary>The password of that user.</summary>
    public SecretSource? Password { get; init; }

    /// <summary>How long one mail may take; 30 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
