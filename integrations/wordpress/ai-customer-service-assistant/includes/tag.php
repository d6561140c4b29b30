<?php
/**
 * The one script of a page. Places ask for it while the page is made; it is printed once, at the end, with what was said
 * at the most particular place: shortcode and block go before the widget, and the widget before the settings.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const HANDLE        = 'ai-customer-service-assistant';
const BUTTON_HANDLE = 'ai-customer-service-assistant-button';
const RANKS         = array( 'widget', 'content' );

/**
 * What the places of this page have asked for: rank => attributes.
 *
 * @param string|null $rank  Who asks; null only reads.
 * @param array       $given The attributes of the place.
 */
function asked( ?string $rank = null, array $given = array() ): array {
	static $places = array();
	if ( null !== $rank ) {
		// Of two places of the same rank the first one counts.
		$places[ $rank ] = ( $places[ $rank ] ?? array() ) + allowed( $given );
	}
	return $places;
}

/**
 * The attributes of this page's script; empty where there is no chat.
 */
function attributes_of_page(): array {
	$settings = settings();
	$places   = asked();
	if ( ! is_ready( $settings ) || ( ! $settings['everywhere'] && ! $places ) || is_hidden_here( $settings ) ) {
		return array();
	}
	$said = allowed( array_diff_key( $settings, array( 'page_context' => true ) ) );
	if ( $settings['page_context'] ) {
		$said = array_merge( $said, page_said() );
	}
	foreach ( RANKS as $rank ) {
		$said = array_merge( $said, $places[ $rank ] ?? array() );
	}
	return $said;
}

/**
 * Whether the page is one of those that shall have no chat.
 *
 * @param array $settings As `settings()` gives them.
 */
function is_hidden_here( array $settings ): bool {
	// Only compared with the list, never printed.
	$asked = isset( $_SERVER['REQUEST_URI'] ) ? (string) wp_unslash( $_SERVER['REQUEST_URI'] ) : '/'; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput.InputNotSanitized
	$path  = rawurldecode( (string) preg_replace( '/[?#].*/s', '', $asked ) );
	return is_among( $path, paths( $settings['hide_on'] ) );
}

/**
 * What kind of page this is and what it is called.
 *
 * @return array<string, string>
 */
function page_said(): array {
	if ( is_front_page() ) {
		return allowed( array( 'page_context' => 'home-page' ) );
	}
	if ( ! is_singular() ) {
		return array();
	}
	$kinds = array(
		'product' => 'product-page',
		'post'    => 'article',
	);
	$type  = (string) get_post_type();
	return allowed(
		array(
			'page_context' => $kinds[ $type ] ?? $type,
			'page_title'   => html_entity_decode( wp_strip_all_tags( get_the_title() ), ENT_QUOTES, 'UTF-8' ),
			'page_url'     => (string) get_permalink(),
		)
	);
}

/**
 * Puts the script among those that WordPress prints at the end of the page.
 */
function enqueue(): void {
	if ( attributes_of_page() ) {
		// No version: the address is the installation's own, and what is there may change without this plug-in.
		wp_enqueue_script( HANDLE, settings()['address'] . '/embed.js', array(), null, true ); // phpcs:ignore WordPress.WP.EnqueuedResourceParameters.MissingVersion
	}
}
add_action( 'wp_footer', __NAMESPACE__ . '\enqueue', 15 );

/**
 * Writes the attributes into the tag. Other plug-ins are asked not to delay or join it: it has to know its own tag.
 *
 * @param string $tag    What WordPress would print.
 * @param string $handle Whose it is.
 * @param string $src    Its address.
 */
function with_attributes( string $tag, string $handle, string $src ): string {
	if ( HANDLE !== $handle ) {
		return $tag;
	}
	$written = '';
	foreach ( attributes_of_page() as $name => $value ) {
		$written .= sprintf( ' data-%s="%s"', str_replace( '_', '-', $name ), esc_attr( $value ) );
	}
	// phpcs:ignore WordPress.WP.EnqueuedResources.NonEnqueuedScript
	return sprintf( '<script src="%s" id="%s-js"%s data-cfasync="false" async></script>' . "\n", esc_url( $src ), esc_attr( HANDLE ), $written );
}
add_filter( 'script_loader_tag', __NAMESPACE__ . '\with_attributes', 10, 3 );
