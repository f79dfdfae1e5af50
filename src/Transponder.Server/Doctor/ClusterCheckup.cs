using Microsoft.IdentityModel.Tokens;
using Transponder.Server.Security;

namespace Transponder.Server.Doctor;

/// <summary>Looks at the keys of the clusters whose pods may send messages, where they lie in files.</summary>
internal static class ClusterCheckup
{
    private const string Advice = "write it with kubectl get --raw /openid/v1/jwks, asked of that cluster";

    public static IEnumerable<Finding> Run(AuthOptions auth) => auth.ServiceAccounts.Select(Look);

    private static Finding Look(ServiceAccountOptions account)
    {
        var place = account.Issuer.Jwks!;
        if (!place.IsFile)
            return Finding.Ok(
                "pods",
                account.Name,
                $"keys are asked of {place.Host}; a token that cannot be checked is answered with the reason"
            );
        try
        {
            var keys = new JsonWebKeySet(File.ReadAllText(place.LocalPath)).Keys.Count;
            return keys > 0
                ? Finding.Ok(
                    "pods",
                    account.Name,
                    $"{place.LocalPath} holds {keys} {(keys == 1 ? "key" : "keys")}; namespaces are {account.Namespaces}"
                )
                : Finding.Fail("pods", account.Name, $"{place.LocalPath} holds no key", Advice);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Fail("pods", account.Name, $"{place.LocalPath} cannot be read as keys: {error.GetType().Name}", Advice);
        }
    }
}
