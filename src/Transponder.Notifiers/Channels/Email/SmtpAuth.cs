using System.Text;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Logs in by AUTH PLAIN, or LOGIN where that is all the server offers. No failure shows what was sent.</summary>
internal static class SmtpAuth
{
    public static async Task LogInAsync(
        SmtpConnection connection,
        SmtpCapabilities capabilities,
        EmailOptions options,
        CancellationToken cancellationToken
    )
    {
        if (options.Username is not { } user || capabilities.Auth.Count == 0)
            return;
        if (options.Password is null || !options.Password.TryResolve(out var password, out _))
            throw SmtpFailure.Destination(DeliveryReason.AuthFailed, "AUTH: the password cannot be read from where the configuration says");
        if (user.Contains('\0', StringComparison.Ordinal) || password.Contains('\0', StringComparison.Ordinal))
            throw SmtpFailure.Destination(DeliveryReason.AuthFailed, "AUTH: user or password has a NUL character");

        var plain = Base64($"\0{user}\0{password}");
        connection.Conceal(plain, Base64(password), password);
        SmtpReply reply;
        if (capabilities.Auth.Contains("PLAIN"))
            reply = await connection
                .AskAsync("AUTH", $"AUTH PLAIN {plain}", options.CommandTimeout, cancellationToken)
                .ConfigureAwait(false);
        else if (capabilities.Auth.Contains("LOGIN"))
            reply = await LoginAsync(connection, user, password, options.CommandTimeout, cancellationToken).ConfigureAwait(false);
        else
            throw SmtpFailure.Destination(DeliveryReason.AuthFailed, "AUTH: the server offers neither PLAIN nor LOGIN");
        if (!reply.IsPositive)
            throw new SmtpFailure(SmtpVerdict.Auth(reply));
    }

    private static async Task<SmtpReply> LoginAsync(
        SmtpConnection connection,
        string user,
        string password,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var reply = SmtpReply.Empty;
        foreach (var line in (string[])["AUTH LOGIN", Base64(user), Base64(password)])
        {
            reply = await connection.AskAsync("AUTH", line, limit, cancellationToken).ConfigureAwait(false);
            if (reply.Code != 334)
                break;
        }
        return reply;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
