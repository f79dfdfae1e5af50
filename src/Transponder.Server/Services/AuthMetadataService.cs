using Flyteidl.Service;
using Transponder.Protocol;
using Transponder.Server.Security;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>Flyte's AuthMetadataService: tells flytekit and flytectl where and how to log in. Everybody may ask.</summary>
/// <param name="current">What the configuration in force says.</param>
internal sealed class AuthMetadataService(Func<AccessParts> current)
{
    public void AddTo(RpcServices services) =>
        services
            .Add(AuthReflection.Descriptor.Services[0])
            .Unary<OAuth2MetadataRequest, OAuth2MetadataResponse>("GetOAuth2Metadata", MetadataAsync)
            .Unary<PublicClientAuthConfigRequest, PublicClientAuthConfigResponse>(
                "GetPublicClientConfig",
                (_, _) => Task.FromResult(Client())
            );

    private async Task<OAuth2MetadataResponse> MetadataAsync(OAuth2MetadataRequest request, RpcContext context)
    {
        var (options, _, issuer, _) = current();
        if (issuer is null)
            throw new RpcException(
                StatusCode.NotFound,
                "this server has no OIDC issuer (auth.oidc): use a token that its operator gave you"
            );
        var known =
            (await issuer.GetAsync(context.CancellationToken))?.Description
            ?? throw new RpcException(StatusCode.Unavailable, $"the issuer {options.Oidc!.Issuer} does not answer; try again");
        return new OAuth2MetadataResponse
        {
            Issuer = known.Issuer,
            AuthorizationEndpoint = known.AuthorizationEndpoint ?? "",
            TokenEndpoint = known.TokenEndpoint ?? "",
            JwksUri = known.JwksUri ?? "",
            DeviceAuthorizationEndpoint = known.DeviceAuthorizationEndpoint ?? "",
            ResponseTypesSupported = { known.ResponseTypesSupported },
            ScopesSupported = { options.Login.Scopes },
            TokenEndpointAuthMethodsSupported = { known.TokenEndpointAuthMethodsSupported },
            CodeChallengeMethodsSupported = { "S256" },
            GrantTypesSupported = { known.GrantTypesSupported },
        };
    }

    private PublicClientAuthConfigResponse Client()
    {
        var options = current().Options;
        return new PublicClientAuthConfigResponse
        {
            ClientId = options.Login.ClientId,
            RedirectUri = options.Login.RedirectUri,
            Scopes = { options.Login.Scopes },
            AuthorizationMetadataKey = options.Login.MetadataKey,
            Audience = options.Oidc?.Audiences[0] ?? "",
        };
    }
}
