using System.Net;
using System.Net.Sockets;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Opens a session: connection, greeting, EHLO, TLS as the options demand, login. Credentials never leave in clear text off loopback.</summary>
internal static class SmtpHandshake
{
    public static async Task<SmtpSession> OpenAsync(EmailOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = await SmtpConnection.ConnectAsync(options, time, cancellationToken).ConfigureAwait(false);
        try
        {
            var capabilities = await GreetAsync(connection, options, cancellationToken).ConfigureAwait(false);
            if (options.Username is not null && !connection.IsSecure && !connection.IsLoopback)
                throw options.EffectiveTls == SmtpTls.None
                    ? SmtpFailure.Destination(DeliveryReason.TlsFailed, "credentials need TLS, and it is switched off")
                    : SmtpFailure.Retry(DeliveryReason.TlsFailed, "credentials need TLS, and the server does not offer it");
            await SmtpAuth.LogInAsync(connection, capabilities, options, cancellationToken).ConfigureAwait(false);
            return new SmtpSession(connection, capabilities, options, time);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<SmtpCapabilities> GreetAsync(
        SmtpConnection connection,
        EmailOptions options,
        CancellationToken cancellationToken
    )
    {
        var mode = options.EffectiveTls;
        if (mode == SmtpTls.Implicit)
            await connection.StartTlsAsync(options, cancellationToken).ConfigureAwait(false);
        var greeting = await connection.ReadAsync("greeting", options.CommandTimeout, cancellationToken).ConfigureAwait(false);
        if (!greeting.IsPositive)
            throw new SmtpFailure(SmtpVerdict.Transient("greeting", greeting));

        var capabilities = await HelloAsync(connection, options, cancellationToken).ConfigureAwait(false);
        if (mode is not (SmtpTls.Required or SmtpTls.Opportunistic))
            return capabilities;
        if (!capabilities.StartTls)
            return mode == SmtpTls.Required
                ? throw SmtpFailure.Retry(DeliveryReason.TlsFailed, "TLS is required, and the server does not offer STARTTLS")
                : capabilities;

        var ready = await connection.AskAsync("STARTTLS", "STARTTLS", options.CommandTimeout, cancellationToken).ConfigureAwait(false);
        if (!ready.IsPositive)
            return mode == SmtpTls.Required
                ? throw SmtpFailure.Retry(DeliveryReason.TlsFailed, SmtpVerdict.Detail("STARTTLS", ready))
                : capabilities;
        await connection.StartTlsAsync(options, cancellationToken).ConfigureAwait(false);
        return await HelloAsync(connection, options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SmtpCapabilities> HelloAsync(
        SmtpConnection connection,
        EmailOptions options,
        CancellationToken cancellationToken
    )
    {
        var name = options.EhloName ?? Literal(connection.LocalAddress);
        var reply = await connection.AskAsync("EHLO", $"EHLO {name}", options.CommandTimeout, cancellationToken).ConfigureAwait(false);
        if (reply.IsPositive)
            return SmtpCapabilities.Parse(reply);
        if (reply.IsPermanent)
        {
            reply = await connection.AskAsync("HELO", $"HELO {name}", options.CommandTimeout, cancellationToken).ConfigureAwait(false);
            if (reply.IsPositive)
                return SmtpCapabilities.None;
        }
        throw new SmtpFailure(SmtpVerdict.Transient("EHLO", reply));
    }

    private static string Literal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{new IPAddress(address.GetAddressBytes())}]" : $"[{address}]";
}
